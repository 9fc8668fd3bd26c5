/* filter.c - which system calls this process may make (sys: seccomp). A classic BPF program, made of the tables below. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "filter.h"

#ifndef __mips__		/* one number everywhere else; headers may be older than the rooms that make the calls */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif
#endif
#ifndef SECCOMP_RET_KILL_PROCESS
#define SECCOMP_RET_KILL_PROCESS 0x80000000u
#endif

/* The machine, and how a signal's context tells that a system call failed; without the latter nothing is counted. */
#if defined __x86_64__
#define ARCH AUDIT_ARCH_X86_64
#define FAIL(m, err) ((m).gregs[REG_RAX] = -(err))
#elif defined __i386__
#define ARCH AUDIT_ARCH_I386
#define FAIL(m, err) ((m).gregs[REG_EAX] = -(err))
#elif defined __aarch64__
#define ARCH AUDIT_ARCH_AARCH64
#define FAIL(m, err) ((m).regs[0] = -(err))
#elif defined __arm__
#define ARCH AUDIT_ARCH_ARM
#define FAIL(m, err) ((m).arm_r0 = -(err))
#elif defined __riscv && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#define FAIL(m, err) ((m).__gregs[10] = -(err))
#elif defined __s390x__
#define ARCH AUDIT_ARCH_S390X
#define FAIL(m, err) ((m).gregs[2] = -(err))
#elif defined __mips__ && !defined __mips64
#define ARCH (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? AUDIT_ARCH_MIPS : AUDIT_ARCH_MIPSEL)
#define FAIL(m, err) ((m).gregs[2] = (err), (m).gregs[7] = 1)
#elif defined __powerpc__ && !defined __powerpc64__
#define ARCH AUDIT_ARCH_PPC
#endif

#if defined ARCH && !defined __SANITIZE_ADDRESS__	/* which makes calls of its own */

/* Each exists on every machine, or stands below with its condition. What is called all the time comes first. */
static const uint16_t may[] = {
	SYS_epoll_pwait, SYS_recvmsg, SYS_sendmsg, SYS_read, SYS_write, SYS_sendmmsg, SYS_epoll_ctl,
#ifdef SYS_epoll_pwait2
	SYS_epoll_pwait2,
#endif
#ifdef SYS_epoll_wait
	SYS_epoll_wait,
#endif
#ifdef SYS_recvmmsg
	SYS_recvmmsg,
#endif
#ifdef SYS_recvmmsg_time64
	SYS_recvmmsg_time64,
#endif
#ifdef SYS_clock_gettime
	SYS_clock_gettime,
#endif
#ifdef SYS_clock_gettime64
	SYS_clock_gettime64,
#endif
#ifdef SYS_clock_gettime32	/* musl's names of the old ones, for old kernels */
	SYS_clock_gettime32, SYS_gettimeofday_time32, SYS_clock_nanosleep_time32,
#endif
#ifdef SYS_gettimeofday
	SYS_gettimeofday,
#endif
#ifdef SYS_time
	SYS_time,
#endif
	/* sockets */
#ifdef SYS_socketcall
	SYS_socketcall,
#endif
#ifdef SYS_accept
	SYS_accept,
#endif
#ifdef SYS_send
	SYS_send, SYS_recv,
#endif
	SYS_sendto, SYS_recvfrom, SYS_socket, SYS_bind, SYS_connect, SYS_listen, SYS_accept4, SYS_shutdown, SYS_getsockopt,
	SYS_setsockopt, SYS_getsockname, SYS_getpeername,
	/* files: what may be written to is fence.c's affair */
	SYS_openat, SYS_close, SYS_readv, SYS_writev, SYS_lseek, SYS_ftruncate, SYS_ioctl, SYS_flock, SYS_fsync, SYS_getdents64,
	SYS_readlinkat, SYS_faccessat, SYS_mkdirat, SYS_unlinkat, SYS_getcwd, SYS_umask, SYS_dup, SYS_dup3, SYS_pipe2, SYS_fchownat,
	SYS_fstatfs, SYS_statfs, SYS_fchdir,
#ifdef SYS__llseek
	SYS__llseek,
#endif
#ifdef SYS_fcntl
	SYS_fcntl,
#endif
#ifdef SYS_fcntl64
	SYS_fcntl64, SYS_ftruncate64,
#endif
#ifdef SYS_lchown32
	SYS_lchown32,
#endif
#ifdef SYS_statfs64
	SYS_statfs64, SYS_fstatfs64,
#endif
#ifdef SYS_fstat
	SYS_fstat,
#endif
#ifdef SYS_fstat64
	SYS_fstat64, SYS_stat64, SYS_lstat64,
#endif
#ifdef SYS_fstatat64
	SYS_fstatat64,
#endif
#ifdef SYS_newfstatat
	SYS_newfstatat,
#endif
#ifdef SYS_statx
	SYS_statx,
#endif
#ifdef SYS_faccessat2
	SYS_faccessat2,
#endif
#ifdef SYS_renameat
	SYS_renameat,
#endif
#ifdef SYS_renameat2
	SYS_renameat2,
#endif
#ifdef SYS_open		/* the old calls, as some C libraries still make them */
	SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_mkdir, SYS_unlink, SYS_rmdir, SYS_rename, SYS_dup2, SYS_pipe, SYS_lchown,
#endif
	/* events and time */
	SYS_epoll_create1, SYS_inotify_init1, SYS_inotify_add_watch, SYS_inotify_rm_watch, SYS_signalfd4, SYS_rt_sigprocmask,
	SYS_rt_sigreturn, SYS_restart_syscall, SYS_wait4, SYS_getrandom,
#ifdef SYS_pidfd_open
	SYS_pidfd_open,
#endif
#ifdef SYS_poll
	SYS_poll,
#endif
#ifdef SYS_ppoll
	SYS_ppoll,
#endif
#ifdef SYS_ppoll_time64
	SYS_ppoll_time64,
#endif
#ifdef SYS_nanosleep
	SYS_nanosleep,
#endif
#ifdef SYS_clock_nanosleep
	SYS_clock_nanosleep,
#endif
#ifdef SYS_clock_nanosleep_time64
	SYS_clock_nanosleep_time64,
#endif
#ifdef SYS_sigreturn
	SYS_sigreturn,
#endif
	/* memory, ourselves, the end */
	SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk, SYS_getpid, SYS_geteuid, SYS_getegid, SYS_getuid, SYS_getgid, SYS_gettid, SYS_uname,
	SYS_futex, SYS_sysinfo, SYS_mlockall, SYS_munlockall, SYS_sched_getaffinity, SYS_exit, SYS_exit_group,
#ifdef SYS_geteuid32
	SYS_geteuid32, SYS_getegid32, SYS_getuid32, SYS_getgid32,
#endif
#ifdef __s390x__		/* its words lie in memory */
	SYS_mmap,
#endif
};

/* These with none of the bits in one of their words. */
static const struct { uint16_t call, word; uint32_t bits; } without[] = {
#ifdef SYS_mmap2
	{ SYS_mmap2,   2, PROT_EXEC },
#elif !defined __s390x__
	{ SYS_mmap,    2, PROT_EXEC },
#endif
	{ SYS_tgkill,  2, ~0u },		/* is it there? */
	{ SYS_mknodat, 2, S_IFMT & ~S_IFIFO },
	{ SYS_prctl,   0, ~31u },		/* its name */
	{ SYS_setpriority, 1, ~0u },		/* these for ourselves alone */
	{ SYS_prlimit64, 0, ~0u },
	{ SYS_sched_setscheduler, 0, ~0u },
	{ SYS_sched_setaffinity, 0, ~0u },
#ifdef SYS_mknod
	{ SYS_mknod,   1, S_IFMT & ~S_IFIFO },
#endif
};

/* Nothing that we do leads to them: whoever makes one is not us. */
static const uint16_t never[] = {
	SYS_execve, SYS_execveat, SYS_clone, SYS_ptrace, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare,
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot, SYS_bpf, SYS_process_vm_readv, SYS_process_vm_writev,
#ifdef SYS_clone3
	SYS_clone3,
#endif
#ifdef SYS_fork
	SYS_fork,
#endif
#ifdef SYS_vfork
	SYS_vfork,
#endif
};

#define N(a) (sizeof(a) / sizeof *(a))

enum { OPS = 8 + 2 * N(may) + 5 * N(without) + 2 * N(never) };

struct program {
	struct sock_filter op[OPS];
	unsigned short n;
};

static void put(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	p->op[p->n++] = (struct sock_filter){ code, yes, no, k };
}

static void load(struct program *p, unsigned offset)
{
	put(p, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void put_calls(struct program *p, const uint16_t *calls, unsigned n, uint32_t verdict)
{
	for (; n; n--) {
		put(p, BPF_JMP | BPF_JEQ | BPF_K, *calls++, 0, 1);
		put(p, BPF_RET | BPF_K, verdict, 0, 0);
	}
}

#ifdef FAIL
static const uint32_t refusal = SECCOMP_RET_TRAP;
#else
static const uint32_t refusal = SECCOMP_RET_ERRNO | ENOSYS;
#endif

static void write_program(struct program *p)
{
	const unsigned low = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;

	load(p, offsetof(struct seccomp_data, arch));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	load(p, offsetof(struct seccomp_data, nr));
	put_calls(p, may, N(may), SECCOMP_RET_ALLOW);
	for (unsigned i = 0; i < N(without); i++) {
		put(p, BPF_JMP | BPF_JEQ | BPF_K, without[i].call, 0, 4);
		load(p, offsetof(struct seccomp_data, args) + 8 * without[i].word + low);
		put(p, BPF_JMP | BPF_JSET | BPF_K, without[i].bits, 0, 1);
		put(p, BPF_RET | BPF_K, refusal, 0, 0);
		put(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	}
	put_calls(p, never, N(never), SECCOMP_RET_KILL_PROCESS);
	put(p, BPF_RET | BPF_K, refusal, 0, 0);
}

static volatile unsigned refused;
static volatile int last;

#ifdef FAIL
static void on_refusal(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	(void)sig;
	refused++;
	last = info->si_syscall;
	FAIL(u->uc_mcontext, ENOSYS);
}

#ifdef __x86_64__			/* the one machine whose kernel has no way back of its own */
enum { RESTORER = 0x4000000 };
extern void filter_way_back(void) __attribute__((visibility("hidden")));
__asm__(".text\n.globl filter_way_back\n.hidden filter_way_back\n.type filter_way_back, @function\n"
        "filter_way_back:\n\tmov $15, %eax\n\tsyscall\n");
#endif

/* The kernel's own struct: the C library's function is a kilobyte. */
static int catch(void)
{
#ifdef __mips__
	unsigned long action[8] = { SA_SIGINFO, (unsigned long)on_refusal };
#else
	unsigned long action[8] = { (unsigned long)on_refusal, SA_SIGINFO };
#endif

#ifdef __x86_64__
	action[1] |= RESTORER;
	action[2] = (unsigned long)filter_way_back;
#endif
	return syscall(SYS_rt_sigaction, SIGSYS, action, NULL, _NSIG / 8);
}
#else
static int catch(void)
{
	return 0;
}
#endif

int filter_shut(void)
{
	struct program p;
	struct sock_fprog f = { .filter = p.op };

	p.n = 0;
	write_program(&p);
	f.len = p.n;
	return catch() || syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &f) ? -errno : 0;
}

unsigned filter_refused(int *number)
{
	*number = last;
	return refused;
}

#else
int filter_shut(void)
{
	return -ENOSYS;
}

unsigned filter_refused(int *number)
{
	return *number = 0;
}
#endif
