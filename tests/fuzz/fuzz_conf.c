/* fuzz_conf.c - any bytes as keepalived.conf: loads or not, and what loads prints a text that reads back to itself. */
#include "../conf_kit.h"

static void same(const char *text)
{
	struct kit k;
	char *again;

	kit_open(&k, "f", text);
	again = k.conf ? kit_print(k.conf) : NULL;
	if (!again || strcmp(again, text)) {
		fprintf(stderr, "[%s]\nread back as\n[%s]\n%s", text, again ? again : "nothing", k.found);
		abort();
	}
	free(again);
	kit_close(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1), *print;
	struct kit k;

	memcpy(text, data, len);
	text[len] = 0;
	kit_open(&k, "f", text);
	if (k.conf) {
		print = kit_print(k.conf);
		if (!k.report.errors)
			same(print);
		free(print);
	}
	kit_close(&k);
	free(text);
	return 0;
}
