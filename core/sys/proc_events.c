/* proc_events.c - processes that begin, become something else, and end (sys: netlink's proc connector). */
#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>

#include "proc_events.h"

enum { BUFFER = 1 << 20, ANSWERS = 64 };

enum { EVENT_AT = NLMSG_HDRLEN + sizeof(struct cn_msg), DATA_AT = EVENT_AT + offsetof(struct proc_event, event_data) };

int proc_events_next(int fd, struct proc_news *e)
{
	char buf[256];
	ssize_t n = recv(fd, buf, sizeof buf, MSG_DONTWAIT);

	*e = (struct proc_news){ .what = PROC_EVENT_UID };	/* one that means nothing to us */
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (n >= DATA_AT + 16) {
		memcpy(&e->what, buf + EVENT_AT, 4);
		memcpy(&e->pid, buf + DATA_AT + 4, 4);		/* tgids: a thread is none of them */
		memcpy(&e->child, buf + DATA_AT + 12, 4);
	}
	return 1;
}

/* 0 or -1. */
static int ask(int fd, uint32_t op)
{
	struct {
		struct nlmsghdr h;
		struct cb_id id;
		uint32_t seq, ack;
		uint16_t len, flags;
		uint32_t op;
	} r = { .h = { .nlmsg_len = sizeof r, .nlmsg_type = NLMSG_DONE }, .id = { CN_IDX_PROC, CN_VAL_PROC }, .len = sizeof op, .op = op };

	return send(fd, &r, sizeof r, MSG_DONTWAIT) == sizeof r ? 0 : -1;
}

/*
 * What threads do, and what is none of our business, stays in the kernel. So the sequence numbers have gaps; a lost message
 * is told by ENOBUFS.
 */
static int filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, EVENT_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_NONE), 12, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_FORK), 7, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_EXEC), 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_COMM), 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_EXIT), 0, 9),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, DATA_AT),		/* pid and tgid */
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, DATA_AT + 4),
		BPF_STMT(BPF_JMP | BPF_JA, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, DATA_AT + 8),	/* the child's */
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, DATA_AT + 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = sizeof code / sizeof *code, .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof prog);
}

/* In another network namespace nobody listens; in another process namespace nobody answers, and events name foreign numbers. */
static bool answered(int fd)
{
	struct proc_news e;

	for (int i = 0; i < ANSWERS && proc_events_next(fd, &e) > 0; i++)
		if (e.what == PROC_EVENT_NONE)
			return true;
	return false;
}

int proc_events_open(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR);

	if (fd < 0)
		return -1;
	proc_events_buffer(fd, BUFFER, true);
	if (!filter(fd) && !bind(fd, (struct sockaddr *)&a, sizeof a) && !ask(fd, PROC_CN_MCAST_LISTEN) && answered(fd))
		return fd;
	close(fd);
	return -1;
}

void proc_events_buffer(int fd, int size, bool force)
{
	setsockopt(fd, SOL_SOCKET, force ? SO_RCVBUFFORCE : SO_RCVBUF, &size, sizeof size);
}

void proc_events_again(int fd)
{
	ask(fd, PROC_CN_MCAST_LISTEN);
}

/* Before Linux 6.6 it would go on talking to nobody. */
void proc_events_close(int fd)
{
	ask(fd, PROC_CN_MCAST_IGNORE);
	close(fd);
}
