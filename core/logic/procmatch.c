/* procmatch.c - is this process one of those? (pure). keepalived b.6, c.18. */
#include <stdlib.h>
#include <string.h>

#include "procmatch.h"

enum { COMM_LEN = 15, PF_EXITING = 4 };

static const char *base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool same_comm(const char *name, const char *comm)
{
	return !strncmp(name, comm, COMM_LEN);
}

/* Merged or not: /usr/sbin/x is /sbin/x. */
static const char *place(const char *path)
{
	return !strncmp(path, "/usr/", 5) ? path + 4 : path;
}

static bool is_program(const struct proc_pattern *p, const char *word)
{
	if (strchr(p->name, '/'))
		return !strcmp(place(p->name), place(word));
	return !strcmp(p->name, base(word));
}

/* A program whose file was replaced or removed goes on under its old name. */
static bool is_exe(const struct proc_pattern *p, const char *exe)
{
	const char *name = place(p->name);
	size_t n = strlen(name);

	exe = place(exe);
	return strchr(p->name, '/') && !strncmp(exe, name, n) && (!exe[n] || !strcmp(exe + n, " (deleted)"));
}

/* The word behind at, or NULL. Behind the last one there may be more NULs: a title that was written over the words. */
static const char *next_word(const char *at, const char *end)
{
	at += strlen(at) + 1;
	return at < end ? at : NULL;
}

/* at: the program's word. */
static bool params(const struct proc_pattern *p, const char *at, const char *end)
{
	char *const *a = p->args;

	for (; a && *a; a++) {
		at = next_word(at, end);
		if (!at)
			return false;
		if (p->param_match == PARAM_INITIAL && !a[1])
			return !strncmp(at, *a, strlen(*a));
		if (strcmp(at, *a))
			return false;
	}
	return !a || p->param_match == PARAM_INITIAL || p->param_match == PARAM_PARTIAL || !next_word(at, end);
}

/*
 * #! lines: the kernel puts the interpreter and at most one word of it before the script's path, and names the process after
 * the script. So an editor that has the script open is not taken for it.
 */
static bool is_script(const struct proc_pattern *p, const struct proc_facts *f, const char *end)
{
	const char *word = f->cmdline;

	for (int i = 0; i < 2 && (word = next_word(word, end)); i++)
		if (is_program(p, word) && same_comm(base(word), f->comm))
			return params(p, word, end);
	return false;
}

static bool by_command(const struct proc_pattern *p)
{
	return p->full_command || p->args || strchr(p->name, '/');
}

unsigned proc_needs(const struct proc_pattern *p)
{
	return !by_command(p) ? 0 : strchr(p->name, '/') ? PROC_CMDLINE | PROC_EXE : PROC_CMDLINE;
}

bool proc_match(const struct proc_pattern *p, const struct proc_facts *f)
{
	const char *end = f->cmdline + f->len;

	if (!by_command(p))
		return same_comm(p->name, f->comm);
	while (end > f->cmdline && !end[-1])
		end--;
	if ((is_program(p, f->cmdline) || is_exe(p, f->exe)) && params(p, f->cmdline, end))
		return true;
	return is_script(p, f, end);
}

/* PID (comm) S ppid pgrp session tty tpgid flags ...; comm may hold anything, so the last ) counts. */
bool proc_living(const char *stat)
{
	const char *at = strrchr(stat, ')');

	if (!at || at[1] != ' ' || !at[2] || strchr("ZXx", at[2]))
		return false;
	at += 3;
	for (int i = 0; i < 5; i++) {
		at = strchr(at + (*at == ' '), ' ');
		if (!at)
			return false;
	}
	return !(strtoul(at, NULL, 10) & PF_EXITING);
}
