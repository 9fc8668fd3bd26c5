/*
 * log.h - one line per event, to syslog and/or stderr (sys). Only the hall and the doors log.
 * A full disk or a dead syslogd never blocks: a line that cannot be delivered is counted and dropped.
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

enum log_level { LOG_L_ERR, LOG_L_NOTICE, LOG_L_INFO, LOG_L_DEBUG };	/* err = someone must act */

/* ident: the applet's name, prefix of stderr lines. facility: LOG_DAEMON etc. of syslog.h. */
void log_open(const char *ident, bool to_stderr, bool to_syslog, int facility);
void log_level(enum log_level up_to);
unsigned long log_lost(void);

void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
