/* fake_procs.c - processes, for the simulation: nobody runs, and that is known at once. */
#include "fake.h"

void procs_init(struct procs *p, struct loop *loop, struct heap *heap, struct arena *a)
{
	(void)a;
	p->loop = loop;
	p->heap = heap;
}

void procs_close(struct procs *p)
{
	(void)p;
}

int procs_watch(struct procs *p, struct proc_watch *w)
{
	(void)p;
	w->on = true;
	return 0;
}

void procs_unwatch(struct procs *p, struct proc_watch *w)
{
	(void)p;
	w->on = false;
}

bool procs_known(const struct proc_watch *w)
{
	return w->on;
}
