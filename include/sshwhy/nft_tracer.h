/* nft_tracer.h - a table of our own that has the kernel trace SYN packets. */

#ifndef SSHWHY_NFT_TRACER_H
#define SSHWHY_NFT_TRACER_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_TRACER_WHY_MAX 160 /* bytes, with the NUL */
#define SW_TRACER_PORTS_MAX 16

/*
 * Make the table "inet sshwhy", which belongs to the returned socket: the
 * kernel removes it when that is closed, whatever the process ended of. Its
 * one chain stands before all others and marks SYN packets to the ports, so
 * many a second. Nobody else's rules are changed. Needs CAP_NET_ADMIN.
 *
 * out_why  SW_TRACER_WHY_MAX bytes; on failure, what was in the way
 *
 * Returns the socket, or -1 (errno set).
 */
int sw_tracer_open(uint32_t per_second, char *out_why);

/*
 * Trace SYN packets to these ports and no others.
 *
 * Returns SW_OK, SW_E_NOMEM or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_tracer_ports(int fd, const uint16_t *ports, size_t count);

/* How many SYN packets came, and how many of them were traced, since the table
 * was made. Codes as above; on failure both keep their old values. */
SW_MUST_CHECK
enum sw_err sw_tracer_count(int fd, uint64_t *out_came, uint64_t *out_traced);

/* A number that no other table has had since the boot; 0: there is none of that
 * name, or it is not known. Within one table, a rule that has a handle never
 * changes: whatever replaces it has another one. */
uint64_t sw_tracer_table(int fd, uint8_t family, const char *table);

/* Another socket, which gets the messages that sw_trace_read() reads; it does
 * not wait. -1: none (errno set). */
int sw_trace_listen(void);

/*
 * Say of the live ruleset where a rule stands and what it says.
 *
 * fd           a socket of sw_tracer_open()
 * family       NFPROTO_*
 * handle       0: the policy of the chain
 * out_rejects  whether the client is told
 *
 * Returns SW_OK, SW_E_NOTSUP (there is no such rule any more; out has its place
 * but no text), SW_E_NOMEM or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_tracer_rule(int fd, uint8_t family, const char *table,
			   const char *chain, uint64_t handle,
			   struct sw_rule *out, bool *out_rejects);

#endif
