/*
 * config.h - reading a configuration from this machine's files (hall): what start, reload and -t share.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>

#include "conf.h"
#include "text.h"

struct config_source {
	const char *path;
	const char *config_id;	/* for @ID lines; NULL: the node name up to its first dot */
	bool include_strict;	/* an include that matches nothing is an error */
};

enum { FINDINGS_LOG = -1, FINDINGS_KEPT = -2 };

/* What was found: counts, and where the findings are said. */
struct findings {
	struct report r;
	int fd;			/* written there, one line each; FINDINGS_LOG: to the log, without notes; FINDINGS_KEPT: only in text */
	bool lost;		/* a line could not be written (full disk) */
	struct text *text;	/* they are put here as well; NULL: not */
	unsigned more;		/* those for which it had no room */
};

/*
 * Load, check and look at the machine. Every finding is said as FILE:LINE:COL: severity: word: text.
 * Returns the configuration (config_free gives it back), or NULL when it must not be run.
 */
struct conf *config_load(const struct config_source *s, struct findings *f);
void config_free(struct conf *c);

#endif
