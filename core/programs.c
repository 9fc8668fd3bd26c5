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
	if (g->groups)
		child_groups(cred, user);
	if (!g->enable_script_security || cred->uid)
		return NULL;
	if (!user)
		return "script security: no user is given, and there is no keepalived_script";
	return trust_why_not(argv[0], buf, size);
}

/* In the order of the words: of a tracker, then notify scripts, then readers of FIFOs, then those at both ends. */
void programs_each(const struct conf *c, program_each *each, void *ctx)
{
	const struct tracker_conf *t = c->trackers;
	const struct cmd *cmd;
	char *const *argv;

	for (; t < c->trackers + c->ntrackers; t++)
		for (unsigned i = 0; t->used && (argv = conf_program(t, i)); i++)
			each(ctx, &t->cmd, argv, PROGRAM_SCRIPT);
	for (unsigned i = 0; i < c->nvrrp * NOTIFY_N; i++)
		if ((cmd = c->vrrp[i / NOTIFY_N].notify[i % NOTIFY_N]) && cmd->argv)
			each(ctx, cmd, cmd->argv, PROGRAM_NOTIFY + i % NOTIFY_N);
	for (unsigned i = 0; i < c->nsyncs * NOTIFY_N; i++)
		if ((cmd = c->syncs[i / NOTIFY_N].notify[i % NOTIFY_N]))
			each(ctx, cmd, cmd->argv, PROGRAM_NOTIFY + i % NOTIFY_N);
	for (unsigned i = 0; i < FIFO_SCRIPTS; i++)
		if ((cmd = c->global.fifo[FIFO_SCRIPTS + i]))
			each(ctx, cmd, cmd->argv, PROGRAM_READER + i);
	for (unsigned i = 0; i < 2; i++)
		if ((cmd = i ? c->global.shutdown_script : c->global.startup_script))
			each(ctx, cmd, cmd->argv, PROGRAM_END + i);
}

struct looking {
	const struct global_conf *g;
	struct report *r;
};

static void look_at(void *ctx, const struct cmd *cmd, char *const argv[], unsigned kind)
{
	static const char words[] = "script\0notify_master\0notify_backup\0notify_fault\0notify_stop\0notify\0notify_deleted\0"
		"notify_master_rx_lower_pri\0notify_fifo_script\0vrrp_notify_fifo_script\0startup_script\0shutdown_script";
	const struct looking *l = ctx;
	const char *name = argv[0], *why, *word = text_nth(words, kind);
	const char *so = kind >= PROGRAM_END ? "it is passed over" : kind ? "nobody will be told until it can run" : "the check counts as failed until it can run";
	bool path = strchr(name, '/') != NULL;			/* else it is found by PATH when it runs */
	struct cred cred = { .uid = 0 };
	char buf[WHY_LEN];
	struct look k;
	int err;

	if (path && (err = file_look(AT_FDCWD, name, &k)))
		report_say(l->r, SEV_WARNING, &cmd->at, word, "%s: %s; %s", name, strerror(-err), so);
	else if (path && (!S_ISREG(k.mode) || !(k.mode & 0111)))
		report_say(l->r, SEV_WARNING, &cmd->at, word, "%s is not an executable file; %s", name, so);
	if ((why = program_refused(l->g, cmd, argv, &cred, buf, sizeof buf)))
		report_say(l->r, l->g->enable_script_security && !cred.uid ? SEV_SECURITY : SEV_WARNING, &cmd->at, word, "%s; %s", why, so);
	else if (!cred.uid && (why = trust_why_not(name, buf, sizeof buf)))
		report_say(l->r, SEV_SECURITY, &cmd->at, word, "%s: that makes them root (enable_script_security would refuse it)", why);
}

void programs_look(const struct conf *c, struct report *r)
{
	programs_each(c, look_at, &(struct looking){ &c->global, r });
}
