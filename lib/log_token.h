/* log_token.h - the tokens of log patterns; their letters: log_match.h. */

#ifndef SSHWHY_LOG_TOKEN_H
#define SSHWHY_LOG_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#define SW_LOG_NO_TOKEN SIZE_MAX

/*
 * The length of the token at the front of len bytes, or SW_LOG_NO_TOKEN.
 *
 * next  the character of the pattern behind it: a ':' there ends an address
 */
size_t sw_log_token_front(char letter, char next, const char *at, size_t len);

/* The length of the token at the end of len bytes, or SW_LOG_NO_TOKEN. */
size_t sw_log_token_back(char letter, const char *at, size_t len);

/* How many of the last bytes are " port N"; 0: none. */
size_t sw_log_port_back(const char *at, size_t len);

#endif
