/* replay.c - a fuzz target without its fuzzer: each file of the directories named is one input. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int one(const char *dir, const char *name)
{
	enum { MOST = 1 << 20 };
	char path[512];
	uint8_t *p;
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "r");
	if (!f)
		return -1;
	p = malloc(MOST);
	n = fread(p, 1, MOST, f);
	fclose(f);
	p = realloc(p, n + !n);		/* a byte too far is seen */
	LLVMFuzzerTestOneInput(p, n);
	free(p);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned n = 0;

	for (int i = 1; i < argc; i++) {
		DIR *d = opendir(argv[i]);
		struct dirent *e;

		if (!d)
			continue;
		while ((e = readdir(d)))
			if (*e->d_name != '.' && !one(argv[i], e->d_name))
				n++;
		closedir(d);
	}
	printf("%s %s: %u inputs\n", n ? "ok" : "not ok", argv[0], n);
	return !n;
}
