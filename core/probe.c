/* probe.c - what a configuration needs of this machine, looked at without changing anything: program files. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "probe.h"

static void look_at(const struct cmd *cmd, struct report *r, const char *word, const char *so)
{
	struct look l;
	int err;

	if (!cmd || !cmd->argv || !strchr(cmd->argv[0], '/'))
		return;					/* none, or found by PATH when it runs */
	if ((err = file_look(AT_FDCWD, cmd->argv[0], &l)))
		report_say(r, SEV_WARNING, &cmd->at, word, "%s: %s; %s", cmd->argv[0], strerror(-err), so);
	else if (!S_ISREG(l.mode) || !(l.mode & 0111))
		report_say(r, SEV_WARNING, &cmd->at, word, "%s is not an executable file; %s", cmd->argv[0], so);
}

void conf_probe(const struct conf *c, struct report *r)
{
	static const char word[NOTIFY_N][16] = { "notify_master", "notify_backup", "notify_fault", "notify_stop", "notify" };
	static const char fails[] = "the check counts as failed until it can run";
	static const char silent[] = "nobody will be told until it is there";

	for (unsigned i = 0; i < c->nscripts; i++)
		if (c->scripts[i].used)
			look_at(&c->scripts[i].cmd, r, "script", fails);
	for (unsigned i = 0; i < c->nvrrp * NOTIFY_N; i++)
		look_at(c->vrrp[i / NOTIFY_N].notify[i % NOTIFY_N], r, word[i % NOTIFY_N], silent);
}
