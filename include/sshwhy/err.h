/* err.h - how a function says whether the machine worked. */

#ifndef SSHWHY_ERR_H
#define SSHWHY_ERR_H

#define SW_MUST_CHECK __attribute__((warn_unused_result))
#define SW_UNUSED __attribute__((unused))
#define SW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
/* For the few symbols that sshd and libpam look up in our modules. */
#define SW_EXPORT __attribute__((visibility("default")))

/*
 * A verdict about a connection is never one of these: see verdict.h. Every
 * header names the codes that its functions return.
 */
enum sw_err {
	SW_OK = 0,
	SW_E_NOMEM,  /* allocation failed */
	SW_E_IO,     /* a system call failed; errno is still set */
	SW_E_UNSAFE, /* owner, mode or file type not acceptable */
	SW_E_SYNTAX, /* input does not follow the grammar */
	SW_E_RANGE,  /* a number or length is outside its limits */
	SW_E_NOTSUP, /* the running system lacks this facility */
	SW_E_COUNT_  /* number of codes; never returned */
};

/* A short English phrase for err, without a full stop; never NULL. */
const char *sw_strerror(enum sw_err err);

#endif
