/*
 * flood.c IF KIND COUNT MAC VIP PRIO - frames of version 3 adverts for virtual router 51, at most 50,000 a
 * second: good, badsum, ttl254, vrid, truncated, random. MAC: where to; VIP: whose; prints how many left.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IP = 14, MSG = 34, LEN = 46 };

static uint8_t f[LEN];

static uint16_t sum(const uint8_t *p, size_t n, uint32_t s)
{
	for (size_t i = 0; i < n; i += 2)
		s += p[i] << 8 | p[i + 1];
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s;
}

static void put(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v & 255;
}

static void make(const char *kind, const char *vip, unsigned prio)
{
	static const uint8_t head[] = { 0x45, 0xc0, 0, 32, 0, 1, 0, 0, 255, 112, 0, 0, 10, 9, 0, 77, 224, 0, 0, 18 };
	static const uint8_t body[] = { 0x31, 51, 0, 1, 0, 10, 0, 0 };
	uint8_t *ip = f + IP, *m = f + MSG;

	put(f + 12, ETH_P_IP);
	memcpy(ip, head, sizeof head);
	memcpy(m, body, sizeof body);
	m[2] = prio;
	inet_pton(AF_INET, vip, m + 8);
	m[1] += !strcmp(kind, "vrid");
	ip[8] -= !strcmp(kind, "ttl254");
	if (!strcmp(kind, "truncated"))
		put(ip + 2, 24);
	put(ip + 10, sum(ip, 20, 0));
	put(m + 6, sum(m, 12, sum(ip + 12, 8, 112 + 12) ^ 0xffff));
	m[6] ^= !strcmp(kind, "badsum");
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	unsigned sent = 0, mac[6];

	if (argc != 7 || fd < 0 || sscanf(argv[4], "%x:%x:%x:%x:%x:%x", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) != 6)
		return 2;
	to.sll_ifindex = if_nametoindex(argv[1]);
	for (int i = 0; i < 6; i++)
		f[i] = mac[i];
	f[6] = 2;
	f[11] = 77;
	make(argv[2], argv[5], atoi(argv[6]));
	for (int n = atoi(argv[3]); n > 0; n--) {
		for (int i = MSG; i < LEN && !strcmp(argv[2], "random"); i++)
			f[i] = rand() >> 7;
		if (n % 512 == 0)
			usleep(10000);
		sent += sendto(fd, f, LEN, 0, (struct sockaddr *)&to, sizeof to) == LEN;
	}
	printf("%u\n", sent);
	return !sent;
}
