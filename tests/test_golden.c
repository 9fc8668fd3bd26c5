/*
 * test_golden.c [DIR...] - whole files: NAME.conf beside NAME.ok (canonical text, which reads back to itself) and/or
 * NAME.err (every finding; nothing is said when there is none). A .conf or .fragment with neither, as in the published
 * samples, must load without an error; a fragment is put into an instance first. Default: tests/conf, ../shared/configs.
 * GOLDEN=write makes the missing .ok and .err.
 */
#include <dirent.h>
#include <unistd.h>

#include "conf_kit.h"
#include "t.h"

static char *slurp(const char *path)
{
	char *s = NULL;
	size_t n = 0;
	FILE *f = fopen(path, "r");

	if (!f)
		return NULL;
	if (getdelim(&s, &n, EOF, f) < 0 && s)
		*s = 0;
	fclose(f);
	return s ? s : strdup("");
}

static void spill(const char *path, const char *text)
{
	FILE *f;

	if (access(path, F_OK) == 0 || !(f = fopen(path, "w")))
		return;
	fputs(text, f);
	fclose(f);
}

static void beside(char *out, size_t size, const char *path, const char *ext)
{
	snprintf(out, size, "%.*s%s", (int)(strrchr(path, '.') - path), path, ext);
}

/* The text as it would stand in a file of its own. */
static char *whole(const char *text)
{
	static const char must[] = " interface eth0\n virtual_router_id 9\n", vip[] = " virtual_ipaddress {\n  10.0.0.9\n }\n";
	const char *body = strchr(text, '{');
	char *out = malloc(strlen(text) + 256);

	if (strncmp(text, "vrrp_instance", 13))
		sprintf(out, "vrrp_instance F {\n%s%s}\n", must, text);
	else
		sprintf(out, "%.*s\n%s%s%s", (int)(body + 1 - text), text, must, strstr(text, "excluded") ? vip : "", body + 1);
	return out;
}

static void round_trip(const char *name, const char *text)
{
	struct kit k;
	char *again, title[300];

	snprintf(title, sizeof title, "%s reads back", name);
	kit_open(&k, name, text);
	again = k.conf ? kit_print(k.conf) : NULL;
	t_case(again && !strcmp(again, text), title, "[%s] became [%s] %s", text, again ? again : "", k.found);
	free(again);
	kit_close(&k);
}

static void compare(const char *path, const char *ext, const char *got)
{
	char file[300], *want;

	beside(file, sizeof file, path, ext);
	want = slurp(file);
	if (want)
		t_str(strrchr(file, '/') + 1, got, want);
	free(want);
}

static void one(const char *path, const char *name)
{
	char ok[300], err[300], *print, *text = NULL;
	bool golden;
	struct kit k;

	beside(ok, sizeof ok, path, ".ok");
	beside(err, sizeof err, path, ".err");
	if (strstr(name, ".fragment")) {
		char *part = slurp(path);

		text = whole(part);
		free(part);
	}
	kit_open(&k, text ? name : path, text);
	print = k.conf ? kit_print(k.conf) : NULL;
	if (getenv("GOLDEN")) {
		if (print && !k.report.errors)
			spill(ok, print);
		if (*k.found)
			spill(err, k.found);
	}
	golden = access(ok, F_OK) == 0 || access(err, F_OK) == 0;
	if (print)
		compare(path, ".ok", print);
	compare(path, ".err", k.found);
	if (golden && access(err, F_OK) != 0)
		t_case(!*k.found, name, "no finding expected: %s", k.found);
	if (!golden)
		t_case(print && !k.report.errors, name, "%s", k.found);
	if (print && !k.report.errors)
		round_trip(name, print);
	free(print);
	free(text);
	kit_close(&k);
}

static int is_conf(const struct dirent *d)
{
	const char *ext = strrchr(d->d_name, '.');

	return ext && (!strcmp(ext, ".conf") || !strcmp(ext, ".fragment"));
}

static void directory(const char *dir)
{
	struct dirent **list;
	char path[300];
	int i, n = scandir(dir, &list, is_conf, alphasort);

	if (n < 0) {
		t_skip(dir, "not there");
		return;
	}
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, list[i]->d_name);
		one(path, list[i]->d_name);
		free(list[i]);
	}
	free(list);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		directory(argv[i]);
	if (argc < 2) {
		directory("tests/conf");
		directory("../shared/configs");
	}
	T_END;
}
