/*
 * limits.h - every bound of the program, each with its reason. Included with quotes
 * only ("limits.h"); <limits.h> stays the C library's.
 */
#ifdef _GCC_NEXT_LIMITS_H	/* gcc's <limits.h> asks for the C library's by a way that leads here: pass it on */
#include_next <limits.h>
#elif !defined VRRPBOX_LIMITS_H
#define VRRPBOX_LIMITS_H

/* configuration text (hostile input: a file may be anything) */
#define LINE_MAX_LEN     4096	/* one logical line after expansion; keepalived stops at 1024 */
#define WORDS_MAX         512	/* words on one line: a unicast list or ~LST can be long */
#define INCLUDE_DEPTH      16	/* nested includes: more is a loop */
#define FILES_MAX        4096	/* files one configuration may read, includes counted each time */
#define EXPAND_MAX       1024	/* $PARAM substitutions in one line: more is a loop */
#define SEQ_MAX         65536	/* lines one ~SEQ/~LST may produce */
#define SEQ_VARS           16	/* variables of one ~LST tuple */
#define EXPAND_DEPTH       32	/* parameters within parameters: more is a loop */
#define LINES_DEPTH        96	/* files, parameters and sequences open at once */
#define BRACES_MAX       1024	/* file names one include may stand for by its {a,b} */
#define CONF_FILE_MAX (16 << 20)	/* bytes of one config file */
#define NAME_LEN           64	/* instance, script, group names that we print */
#define CMD_ARGS_MAX      128	/* words of one script command */

/* the wire */
#define ADVERT_MAX       4096	/* 8 + 255 * 16 = 4088, RFC 9568 5.2 */
#define RX_BUF           4352	/* IPv4 header with options + ADVERT_MAX + trailer */
#define RX_BATCH           16	/* datagrams one recvmmsg takes */
#define RX_TURN           512	/* datagrams one socket may deliver in one turn of the loop */
#define RX_COST          1024	/* bytes of a socket's room for one advert, which the kernel doubles */
#define RX_ROOM_MIN   1048576	/* a flood has much to push aside before it reaches an advert */
#define RX_ROOM_MAX (16 << 20)	/* and for all of them: memory is used only while they wait */
#define TX_BATCH           16	/* adverts one sendmmsg sends */
#define LOWER_REPLY_GAP 10000	/* us between answers to lower-priority adverts: 100/s (D5) */

/* kernel work */
#define VIP_CHUNK          16	/* addresses one netlink burst sets: about 0.25 ms of kernel time */
#define ROUTE_MAX        1024	/* bytes of one route or rule: thirty gateways */
#define GARP_BATCH         32	/* frames one sendmmsg sends */
#define CLAIMS_MAX        512	/* addresses that a kernel filter for claims compares: old kernels give it 20 kB */
#define CLAIM_GAP    10000000	/* us between defences of one instance (RFC 5227's DEFEND_INTERVAL) */
#define CLAIM_REST   60000000	/* us in FAULT after yielding to a claim */
#define IFNAME_LEN         16	/* IFNAMSIZ */

/* what is remembered of each instance */
#define PAST_MAX           32	/* transitions: a night of flapping */
#define PAST_WHAT          53	/* what a fault was about, and why; struct past is 96 bytes */
#define HEARD_MAX           4	/* other routers on the VRID: more is a mistake that four show */

/* scripts and notifies */
#define RETIRED_MAX         8	/* replaced configurations that wait for notify scripts of removed instances to end */
#define WHY_LEN            96	/* one result in words: fits a log line and a table */
#define SCRIPTS_RUNNING_MAX 64	/* children at once; more wait for the next turn (no fork storm) */
#define CHECK_TEXT_MAX    128	/* http --contains: what is looked for at every byte */
#define CHECK_URL_MAX    1024	/* http: a request goes out in one piece, which any socket's buffer takes */
#define CHECK_HOST_MAX    255	/* http --host: a DNS name's length */
#define HTTP_MAX        65536	/* bytes of one answer: a health page is small, and a turn of the loop shorter */
#define HTTP_HEADER_MAX 16384	/* of these before the body: servers stop at 8 to 16 kB themselves */
#define PIPE_QUEUE    (256 << 10)	/* bytes that wait in a notify FIFO: some 6000 changes, more is a reader that has died */
#define LOWER_TOLD_GAP 100000	/* us between notify_master_rx_lower_pri of one instance: anybody can send such adverts */
#define DUMP_TURN        4096	/* bytes of a dump file made at a time: about 0.1 ms */
#define STARTS_TURN         8	/* checks begun in one turn of the loop: about 0.4 ms */

/* mail */
#define MAILS_MAX          64	/* recipients: a server takes a hundred (RFC 5321 4.5.3.1.8) */
#define MAIL_TEXT        4096	/* bytes of one mail, with a line for every recipient as far as there is room */
#define MAIL_AGAIN   60000000	/* us until a server that did not answer is asked again */

/* processes */
#define PROC_CMDLINE_MAX 4096	/* bytes of a command line that are looked at: as long as a pattern can be */
#define PROCS_KNOWN_MAX 65536	/* matches in the table: as many as a quorum can ask for */
#define PROCS_FDS_MAX     256	/* pidfds: many programs may have 1024 descriptors; the death of others is seen by looking */
/* the control socket */
#define CTL_CLIENTS       128	/* at once; each has 32 kB of address space, 6 kB of memory */
#define CTL_LINE         1024	/* one request: a path and some words */
#define CTL_PIECE        2048	/* one piece of an answer */
#define CTL_ROOM         4096	/* of the answer that is being sent: two pieces */
#define CTL_ASK_TIME  5000000	/* us until the request must be here */
#define CTL_READ_TIME 10000000	/* us that a client may leave its answer unread */
#define CTL_FINDINGS    16384	/* bytes of findings in the answer to a reload */
#define CTL_DIFF        65536	/* bytes of what a reload would do: some hundred objects */
#define DEMOTE_MAX   31536000	/* seconds that somebody may demote an instance for: a year */
#define NEWS_LINE         256	/* a state change in words: name, states, reason */
#define NEWS_LINES       2048	/* changes that one who watches may be behind: two of each instance of a large machine */

/* captures */
#define PCAP_IFS           64	/* interfaces of one pcapng section; frames of further ones are passed over */
#define PCAP_KEEP        8192	/* bytes of a frame that are looked at: ADVERT_MAX and every header before it */
#define PCAP_NEED  (PCAP_KEEP + 64)	/* a frame with what its file puts before it */
#define PCAP_REC_MAX (64 << 20)	/* no frame or block is longer: more is damage */
#define STORY_GROUPS     1024	/* virtual routers that are followed: 255 of two families on two LANs */
#define STORY_SENDERS       8	/* of one virtual router; adverts of further ones are counted */
#define STORY_EVENTS       32	/* the last ones of each virtual router are told, earlier ones counted */

/* diagnosis of a LAN */
#define DIAG_SENDERS       64	/* senders of adverts: a LAN with more has other troubles */
#define DIAG_ANSWERS      128	/* addresses that machines answer for */
#define DIAG_FOUND         40	/* findings: nobody reads more */
#define DIAG_TEXT         240	/* characters of one */
#define DIAG_TURN        1024	/* frames of one interface looked at in one turn of the loop: the end comes in any flood */

#endif
