/* test_procmatch.c - patterns against what /proc says, each rule once where it holds and once where it must not. keepalived b.6, c.18. */
#include "procmatch.h"
#include "t.h"

#define ARGS(...) (char *[]){ __VA_ARGS__, NULL }
#define NO_ARGS (char *[]){ NULL }
#define NAMED(s) { .name = s }
#define CMD(s) s, sizeof(s)		/* with the NUL of the last word */

static const struct row {
	const char *what;
	bool match;
	struct proc_pattern p;
	const char *comm, *cmdline;
	size_t len;
	const char *exe;
} rows[] = {
	{ "comm",                     true, NAMED("nginx"),                     "nginx", CMD("/usr/sbin/nginx"), "" },
	{ "comm: another",            false, NAMED("nginx"),                     "nginz", CMD("nginx"), "/usr/sbin/nginx" },
	{ "comm: a part of it",       false, NAMED("ngin"),                      "nginx", CMD("nginx"), "" },
	{ "comm: more than it",       false, NAMED("nginxx"),                    "nginx", CMD("nginx"), "" },
	{ "comm: capitals",           false, NAMED("Nginx"),                     "nginx", CMD("nginx"), "" },
	{ "comm: 15 characters",      true, NAMED("a-daemon-with-a-long-name"), "a-daemon-with-a", CMD("x"), "" },
	{ "comm: the 15th differs",   false, NAMED("a-daemon-with-b-long-name"), "a-daemon-with-a", CMD("x"), "" },
	{ "comm: 14 of 15",           false, NAMED("a-daemon-with-a"),           "a-daemon-with-", CMD("x"), "" },
	{ "comm: with blanks and )",  true, NAMED("a) Z b"),                    "a) Z b", CMD(""), "" },
	{ "comm: empty",              false, NAMED("nginx"),                     "", CMD(""), "" },

	{ "path: first word",         true, NAMED("/opt/bin/app"),     "app",  CMD("/opt/bin/app\0-x"), "" },
	{ "path: executable",         true, NAMED("/usr/sbin/nginx"),  "nginx", CMD("nginx: master process /usr/sbin/nginx"), "/usr/sbin/nginx" },
	{ "path: other executable",   false, NAMED("/usr/sbin/nginx"),  "nginx", CMD("nginx: worker process"), "/opt/nginx" },
	{ "path: replaced since",     true, NAMED("/usr/sbin/nginx"),  "nginx", CMD("nginx"), "/usr/sbin/nginx (deleted)" },
	{ "path: like deleted",       false, NAMED("/usr/sbin/nginx"),  "nginx", CMD("nginx"), "/usr/sbin/nginx (deleted)x" },
	{ "path: longer executable",  false, NAMED("/usr/sbin/nginx"),  "nginx", CMD("nginx"), "/usr/sbin/nginx2" },
	{ "path: merged /usr",        true, NAMED("/bin/sleep"),       "sleep", CMD("sleep\0" "5"), "/usr/bin/sleep" },
	{ "path: unmerged /usr",      true, NAMED("/usr/bin/sleep"),   "sleep", CMD("/bin/sleep\0" "5"), "" },
	{ "path: /usr is no prefix",  false, NAMED("/usrbin/sleep"),    "sleep", CMD("/bin/sleep"), "/bin/sleep" },
	{ "path: the name alone",     false, NAMED("/usr/sbin/nginx"),  "nginx", CMD("nginx"), "" },
	{ "path: an argument",        false, NAMED("/usr/sbin/nginx"),  "vi", CMD("vi\0/usr/sbin/nginx"), "/usr/bin/vi" },
	{ "path: applet of busybox",  true, NAMED("/usr/sbin/ntpd"),   "ntpd", CMD("/usr/sbin/ntpd\0-n"), "/bin/busybox" },
	{ "path: other applet",       false, NAMED("/usr/sbin/ntpd"),   "crond", CMD("/usr/sbin/crond"), "/bin/busybox" },
	{ "path: kernel thread",      false, NAMED("/usr/sbin/nginx"),  "nginx", "", 0, "" },

	{ "script: #!",               true, NAMED("/opt/run.sh"),      "run.sh", CMD("/bin/sh\0/opt/run.sh\0go"), "/usr/bin/dash" },
	{ "script: #! with option",   true, NAMED("/opt/run.sh"),      "run.sh", CMD("/bin/sh\0-e\0/opt/run.sh"), "/usr/bin/dash" },
	{ "script: third word",       false, NAMED("/opt/run.sh"),      "run.sh", CMD("/bin/sh\0-e\0-u\0/opt/run.sh"), "/usr/bin/dash" },
	{ "script: in an editor",     false, NAMED("/opt/run.sh"),      "vi", CMD("vi\0/opt/run.sh"), "/usr/bin/vi" },
	{ "script: by its name",      true, NAMED("run.sh"),           "run.sh", CMD("/bin/sh\0/opt/run.sh"), "" },
	{ "script: its arguments",    true,  { "/opt/run.sh", ARGS("go"), PARAM_EXACT, true }, "run.sh", CMD("/bin/sh\0/opt/run.sh\0go"), "" },
	{ "script: other arguments",  false, { "/opt/run.sh", ARGS("go"), PARAM_EXACT, true }, "run.sh", CMD("/bin/sh\0/opt/run.sh\0no"), "" },
	{ "script: as the shell sees it", true, { "/bin/sh", ARGS("/opt/run.sh"), PARAM_EXACT, true }, "run.sh", CMD("/bin/sh\0/opt/run.sh"), "" },

	{ "full: bare name, path",    true,  { .name = "app", .full_command = true }, "renamed", CMD("/opt/bin/app\0-x"), "" },
	{ "full: bare name",          true,  { .name = "app", .full_command = true }, "renamed", CMD("app"), "" },
	{ "full: comm does not count", false, { .name = "app", .full_command = true }, "app", CMD("worker"), "" },
	{ "full: the executable does not count", false, { .name = "app", .full_command = true }, "app", CMD("worker"), "/opt/bin/app" },
	{ "full: no words",           false, { .name = "app", .full_command = true }, "app", "", 0, "" },
	{ "full: title over the words", true, { "app", NO_ARGS, PARAM_EXACT, true }, "app", CMD("app\0\0\0\0\0"), "" },

	{ "exact",                    true,  { "app", ARGS("-c", "x"), PARAM_EXACT, true }, "app", CMD("app\0-c\0x"), "" },
	{ "exact: one less",          false, { "app", ARGS("-c", "x"), PARAM_EXACT, true }, "app", CMD("app\0-c"), "" },
	{ "exact: one more",          false, { "app", ARGS("-c", "x"), PARAM_EXACT, true }, "app", CMD("app\0-c\0x\0y"), "" },
	{ "exact: longer",            false, { "app", ARGS("-c", "x"), PARAM_EXACT, true }, "app", CMD("app\0-c\0xy"), "" },
	{ "exact: none",              true,  { "app", NO_ARGS, PARAM_EXACT, true }, "app", CMD("app"), "" },
	{ "exact: none, but one",     false, { "app", NO_ARGS, PARAM_EXACT, true }, "app", CMD("app\0x"), "" },
	{ "exact: an empty one between", true, { "app", ARGS("", "x"), PARAM_EXACT, true }, "app", CMD("app\0\0x"), "" },
	{ "exact: a path as program", true,  { "/bin/app", ARGS("x"), PARAM_EXACT, true }, "app", CMD("app\0x"), "/usr/bin/app" },
	{ "initial",                  true,  { "app", ARGS("-c", "/etc/"), PARAM_INITIAL, true }, "app", CMD("app\0-c\0/etc/app"), "" },
	{ "initial: the same",        true,  { "app", ARGS("-c"), PARAM_INITIAL, true }, "app", CMD("app\0-c"), "" },
	{ "initial: more follow",     true,  { "app", ARGS("-c"), PARAM_INITIAL, true }, "app", CMD("app\0-cx\0y"), "" },
	{ "initial: not the last",    false, { "app", ARGS("-", "x"), PARAM_INITIAL, true }, "app", CMD("app\0-c\0x"), "" },
	{ "initial: shorter",         false, { "app", ARGS("-cc"), PARAM_INITIAL, true }, "app", CMD("app\0-c"), "" },
	{ "initial: not there",       false, { "app", ARGS("-c"), PARAM_INITIAL, true }, "app", CMD("app"), "" },
	{ "partial",                  true,  { "app", ARGS("-c"), PARAM_PARTIAL, true }, "app", CMD("app\0-c\0x\0y"), "" },
	{ "partial: the same",        true,  { "app", ARGS("-c"), PARAM_PARTIAL, true }, "app", CMD("app\0-c"), "" },
	{ "partial: longer",          false, { "app", ARGS("-c"), PARAM_PARTIAL, true }, "app", CMD("app\0-cx"), "" },
	{ "partial: not the first",   false, { "app", ARGS("-c"), PARAM_PARTIAL, true }, "app", CMD("app\0-d\0-c"), "" },
	{ "alone: none",              true,  { "app", NO_ARGS, PARAM_ALONE, true }, "app", CMD("app"), "" },
	{ "alone: none, but one",     false, { "app", NO_ARGS, PARAM_ALONE, true }, "app", CMD("app\0x"), "" },
	{ "any arguments",            true,  { .name = "app", .full_command = true }, "app", CMD("app\0-c\0x"), "" },
};

static const struct stat_row { const char *what, *text; bool living; } stats[] = {
	{ "sleeping",         "7 (app) S 1 7 7 0 -1 4194560 94 0", true },
	{ "running",          "7 (app) R 1 7 7 0 -1 4194560 94 0", true },
	{ "stopped",          "7 (app) T 1 7 7 0 -1 4194560 94 0", true },
	{ "on disk",          "7 (app) D 1 7 7 0 -1 4194560 94 0", true },
	{ "zombie",           "7 (app) Z 1 7 7 0 -1 4194560 94 0", false },
	{ "dead",             "7 (app) X 1 7 7 0 -1 4194560 94 0", false },
	{ "about to be one",  "7 (app) R 1 7 7 0 -1 4194564 94 0", false },
	{ "called ) Z 1 2",   "7 () Z 1 2) S 1 7 7 0 -1 4194560 94 0", true },
	{ "called ) S 1 2",   "7 () S 1 2) Z 1 7 7 0 -1 4194560 94 0", false },
	{ "kernel thread",    "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0", true },
	{ "empty",            "", false },
	{ "cut in the name",  "7 (ap", false },
	{ "cut behind it",    "7 (app)", false },
	{ "cut: a blank",     "7 (app) ", false },
	{ "cut: the state",   "7 (app) S", false },
	{ "cut: a number",    "7 (app) S 1 7 7", false },
};

int main(void)
{
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *r = &rows[i];
		struct proc_facts f = { r->comm, r->cmdline, r->len ? r->len - 1 : 0, r->exe };
		unsigned needs = proc_needs(&r->p);

		t_int(r->what, proc_match(&r->p, &f), r->match);
		if (!(needs & PROC_CMDLINE))		/* what it says it does not need, it does not look at */
			f.cmdline = "", f.len = 0;
		if (!(needs & PROC_EXE))
			f.exe = "";
		if (proc_match(&r->p, &f) != r->match)
			t_case(0, r->what, "needs more than it says");
	}
	t_int("needs: a name", proc_needs(&(struct proc_pattern)NAMED("x")), 0);
	t_int("needs: a command", proc_needs(&(struct proc_pattern){ .name = "x", .full_command = true }), PROC_CMDLINE);
	t_int("needs: a path", proc_needs(&(struct proc_pattern)NAMED("/x")), PROC_CMDLINE | PROC_EXE);
	for (unsigned i = 0; i < sizeof stats / sizeof *stats; i++)
		t_int(stats[i].what, proc_living(stats[i].text), stats[i].living);
	T_END;
}
