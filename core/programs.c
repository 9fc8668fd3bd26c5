/*
 * programs.c - programs of the configuration: who they run as, what speaks against running them, and what a person should
 * know of them beforehand. keepalived c.3.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "engine.h"
#include "file.h"
#include "text.h"
#include "trust.h"

const char *program_refused(const struct global_conf *g, const struct cmd *cmd, char *const argv[], struct cred *cred,
                            char *buf, size_t size)
{
	const char *user = cmd->user ? cmd->user : g->script_user, *group = cmd->user ? cmd->group : g->script_group;

	if (child_cred(cred, user, group)) {
		cred->uid = UINT32_MAX;
		snprintf(buf, size, "no such user or group: %.30s%s%.30s", user ? user : "", group ? " " : "", group ? group : "");
		return buf;
	}
	if (!g->enable_script_security || cred->uid)
		return NULL;
	if (!user)
		return "script security: no user is given, and there is no keepalived_script";
	return trust_why_not(argv[0], buf, size);
}

static void look_at(const struct global_conf *g, const struct cmd *cmd, char *const argv[], struct report *r, const char *word,
                    const char *so)
{
	const char *name = argv[0], *why;
	bool path = strchr(name, '/') != NULL;			/* else it is found by PATH when it runs */
	struct cred cred = { 0, 0 };
	char buf[WHY_LEN];
	struct look l;
	int err;

	if (path && (err = file_look(AT_FDCWD, name, &l)))
		report_say(r, SEV_WARNING, &cmd->at, word, "%s: %s; %s", name, strerror(-err), so);
	else if (path && (!S_ISREG(l.mode) || !(l.mode & 0111)))
		report_say(r, SEV_WARNING, &cmd->at, word, "%s is not an executable file; %s", name, so);
	if ((why = program_refused(g, cmd, argv, &cred, buf, sizeof buf)))
		report_say(r, g->enable_script_security && !cred.uid ? SEV_SECURITY : SEV_WARNING, &cmd->at, word, "%s; %s", why, so);
	else if (!cred.uid && (why = trust_why_not(name, buf, sizeof buf)))
		report_say(r, SEV_SECURITY, &cmd->at, word, "%s: that makes them root (enable_script_security would refuse it)", why);
}

void programs_look(const struct conf *c, struct report *r)
{
	static const char words[] = "notify_master\0notify_backup\0notify_fault\0notify_stop\0notify\0notify_deleted\0"
		"notify_master_rx_lower_pri\0notify_fifo_script\0vrrp_notify_fifo_script";
	static const char fails[] = "the check counts as failed until it can run";
	static const char silent[] = "nobody will be told until it can run";
	const struct tracker_conf *t = c->trackers;
	const struct cmd *cmd;
	char *const *argv;

	for (; t < c->trackers + c->ntrackers; t++)
		for (unsigned i = 0; t->used && (argv = conf_program(t, i)); i++)
			look_at(&c->global, &t->cmd, argv, r, "script", fails);
	for (unsigned i = 0; i < c->nvrrp * NOTIFY_N; i++)
		if ((cmd = c->vrrp[i / NOTIFY_N].notify[i % NOTIFY_N]) && cmd->argv)
			look_at(&c->global, cmd, cmd->argv, r, text_nth(words, i % NOTIFY_N), silent);
	for (unsigned i = 0; i < FIFO_SCRIPTS; i++)
		if ((cmd = c->global.fifo[FIFO_SCRIPTS + i]))
			look_at(&c->global, cmd, cmd->argv, r, text_nth(words, NOTIFY_N + i), silent);
}
