/* conf_rows.c - every keyword of keepalived.conf's VRRP side, one row each (pure). Reference section b. */
#include <linux/if_addr.h>

#include "kw_rows.h"

enum { DAY = 86400000, HOUR = 3600000, S = 1000, FOREVER = 4294967, MANY = 65534 };	/* FOREVER, DAY, S: ms */

#define G(field, T, word, min, max, dflt, apply, help) KW(global_conf, field, T, word, min, max, dflt, apply, help)

static const struct kw top[] = {
	BLOCK("global_defs", "", GLOBAL, KW_SERVED),
	BLOCK("vrrp_script", "NAME", SCRIPT, KW_SERVED),
	BLOCK("vrrp_instance", "NAME", VRRP, KW_SERVED),
	BLOCK("vrrp_sync_group", "NAME", SYNC, KW_SERVED),
	BLOCK("vrrp_track_process", "NAME", PROCESS, KW_SERVED),
	BLOCK("track_file", "NAME", FILE, KW_SERVED),
	BLOCK("vrrp_track_file", "NAME", FILE, KW_SERVED),
	BLOCK("static_ipaddress", "", ADDRS, KW_SERVED),
	BLOCK("static_routes", "", ROUTES, KW_SERVED),
	BLOCK("static_rules", "", RULES, KW_SERVED),
	BLOCK("interface_up_down_delays", "", DELAYS, KW_SERVED),
	BLOCK("garp_group", "", GARP_GROUP, KW_SERVED),
	BLOCK("track_group", "NAME", TRACK_GROUP, KW_SERVED),
	NOBLOCK("bfd_instance", "NAME", BFD, KW_PARSED, WHY_BFD),
	BLOCK("linkbeat_interfaces", "", LINKBEAT, KW_SERVED),
	G(beat,         FLAG, "linkbeat_use_polling", 0, 0, 0, LIVE, "ask all drivers every second"),
	G(netns,        FNAME, "net_namespace", 0, 0, 0, DAEMON, "it runs in this one; part of its files' names"),
	G(instance,     FNAME, "instance", 0, 0, 0, DAEMON, "part of its files' names"),
	G(pid_dir,      FLAG, "use_pid_dir", 0, 0, 0, DAEMON, "keepalived.pid is in /var/run/keepalived"),
	{ 0 }
};

static const char top_known[] =
	NOT(NO_TABLES, "namespace_with_ipsets", "")
	VOID(SO_ONE, "child_wait_time", "0..86400")
	FOREIGN(OF_LVS, "net_namespace_ipvs")
	IPVS("virtual_server")
	IPVS("virtual_server_group")
	IPVS("SSL")
	READING("include", "FILE")	/* and these are lex's, who sees them first */
	READING("includer", "FILE")
	READING("includem", "FILE")
	READING("includew", "FILE")
	READING("includeb", "FILE")
	READING("includea", "FILE");

#define GC(field, T, word, min, max, dflt, help) KWM(global_conf, field, T, word, min, max, dflt, LIVE, KW_COPIED, help)

static const struct kw global[] = {
	G(router_id,    TEXT, "router_id", 0, 0, 0, LIVE, "this machine's name"),
	G(version,      U8,   "vrrp_version", 2, 3, 2, RESTART, "of IPv4 instances; IPv6: 3"),
	G(group4,       GROUP, "vrrp_mcast_group4", 4, 0, 0, RESTART, "224.0.0.18"),
	G(group6,       GROUP, "vrrp_mcast_group6", 6, 0, 0, RESTART, "ff02::12"),
	GC(skip_check_adv_addr, BOOL, "vrrp_skip_check_adv_addr", 0, 0, 0, "do not compare VIP lists"),
	GC(down_adverts, U8,  "vrrp_down_timer_adverts", 1, 100, 3, "missed until master is dead"),
	G(lower_no_advert, BOOL, "vrrp_lower_prio_no_advert", 0, 0, 0, LIVE, "do not answer lower adverts"),
	G(higher_send,  BOOL, "vrrp_higher_prio_send_advert", 0, 0, 0, LIVE, "advertise before yielding"),
	G(owner_ignore, BOOL, "vrrp_owner_ignore_adverts", 0, 0, 0, LIVE, "255 ignores all adverts"),
	G(strict,       BOOL, "vrrp_strict", 0, 0, 0, LIVE, "what the RFCs allow, no more"),
	G(check_unicast_src, FLAG, "vrrp_check_unicast_src", 0, 0, 0, LIVE, "senders must be peers"),
	KWM(global_conf, v3_csum, CSUM, "v3_checksum", 0, 0, 0, LIVE, KW_COPIED, "v3 IPv4 form; own word"),
	KWM(global_conf, v3_csum, CSUMV2, "v3_checksum_as_v2", 0, 0, 0, LIVE, KW_COPIED | KW_ALIAS, "RFC 9568's form"),
	G(mixed,        BOOL, "send_v2_and_v3", 0, 0, 0, LIVE, "v3 IPv4: send version 2 too, and hear it; own word"),
	G(garp_interval, SECS, "vrrp_garp_interval", 0, FOREVER, 0, LIVE, "pause between ARPs"),
	G(gna_interval, SECS, "vrrp_gna_interval", 0, FOREVER, 0, LIVE, "pause between NAs"),
	G(min_garp,     BOOL, "vrrp_min_garp", 0, 0, 0, LIVE, "announce once"),
	GC(garp_delay,  SECS, "vrrp_garp_master_delay", 0, DAY, -1, "second burst; 5"),
	GC(garp_repeat, COUNT, "vrrp_garp_master_repeat", 0, MANY, -1, "rounds; 5"),
	GC(garp_refresh, SECS, "vrrp_garp_master_refresh", 0, FOREVER, -1, "repeat this often; off"),
	GC(garp_refresh_repeat, COUNT, "vrrp_garp_master_refresh_repeat", 0, MANY, -1, "rounds; 1"),
	G(garp_lower_delay, SECS, "vrrp_garp_lower_prio_delay", 0, DAY, -1, LIVE, "after a lower advert"),
	G(garp_lower_repeat, U16, "vrrp_garp_lower_prio_repeat", 0, MANY, -1, LIVE, "on a lower advert"),
	G(garp_extra,   EXTRA, "vrrp_garp_extra_if", 0, DAY, 0, LIVE, "repeat where adverts do not pass; off"),
	KWM(global_conf, garp_extra, EXTRA, "vrrp_vmac_garp_intvl", 0, DAY, 0, LIVE, KW_ALIAS, "the same"),
	G(vmac_prefix,  IFNAME, "vmac_prefix", 0, 0, 0, RESTART, "of virtual MACs' names; vrrp"),
	G(vmac_addr_prefix, IFNAME, "vmac_addr_prefix", 0, 0, 0, RESTART, "of addresses' own ones"),
	G(startup_delay, SECS, "vrrp_startup_delay", 0, DAY, 0, LIVE, "quiet after start"),
	G(delay_after_boot, SECS, "vrrp_delay_after_boot", 0, DAY, 0, LIVE, "quiet after boot"),
	G(log_unknown_vrids, FLAG, "log_unknown_vrids", 0, 0, 0, LIVE, "log adverts of others"),
	G(default_interface, IFNAME, "default_interface", 0, 0, 0, LIVE, "eth0"),
	G(conflict,     CLAIM, "conflict_action", 0, 0, 0, LIVE, "when another machine says that it has a VIP; own word"),
	G(rx_policy,    ROOM, "vrrp_rx_bufs_policy", 1, INT32_MAX, 0, LIVE, "receive buffer of each instance; what a second brings"),
	G(rx_multiplier, U16, "vrrp_rx_bufs_multiplier", 1, MANY, 3, LIVE, "of MTU or ADVERT"),
	G(script_user,  USER, "script_user", 0, 0, 0, LIVE, "who runs scripts"),
	G(enable_script_security, FLAG, "enable_script_security", 0, 0, 0, LIVE, "refuse unsafe scripts"),
	G(control_group, TEXT, "control_group", 0, 0, 0, LIVE, "who may ask vrrp-state besides root; own word"),
	G(fifo[FIFO_ALL], HOOK, "notify_fifo", 0, 0, 0, LIVE, "PATH, and whose it is: state changes, a line each"),
	G(fifo[FIFO_SCRIPTS + FIFO_ALL], HOOK, "notify_fifo_script", 0, 0, 0, LIVE, "reads it; gets its path"),
	G(fifo[FIFO_VRRP], HOOK, "vrrp_notify_fifo", 0, 0, 0, LIVE, "the same once more"),
	G(fifo[FIFO_SCRIPTS + FIFO_VRRP], HOOK, "vrrp_notify_fifo_script", 0, 0, 0, LIVE, ""),
	G(notify_priority, BOOL, "vrrp_notify_priority_changes", 0, 0, 0, LIVE, "priorities to the FIFOs too"),
	G(fifo_on_reload, FLAG, "fifo_write_vrrp_states_on_reload", 0, 0, 0, LIVE, "all states after a reload"),
	G(dump[0],      TEXT, "state_dump_file", 0, 0, 0, LIVE, "instead of /tmp/keepalived.data; a directory ends in /"),
	G(dump[1],      TEXT, "stats_dump_file", 0, 0, 0, LIVE, ""),
	G(dump[2],      TEXT, "json_dump_file", 0, 0, 0, LIVE, ""),
	G(json_version, U8,   "json_version", 1, 2, 1, LIVE, "2: an object instead of an array"),
	G(iproute_etc_dir, TEXT, "iproute_etc_dir", 0, 0, 0, LIVE, "where rt_tables and its like are; /etc/iproute2"),
	G(iproute_usr_dir, TEXT, "iproute_usr_dir", 0, 0, 0, LIVE, "and after it; /usr/share/iproute2, /usr/lib/iproute2"),
	G(hook_timeout, SECS, "hook_timeout", 0, DAY, 10 * S, LIVE, "a newer state waits so long for a running script; 0: for ever; own word"),
	G(reload_log,   OTEXT, "reload_check_config", 0, 0, 0, LIVE, "always so here; findings also to this file"),
	G(reload_time,  TEXT, "reload_time_file", 0, 0, 0, LIVE, "its text says when to reload: [DATE ]HH:MM:SS[Z]"),
	G(reload_repeat, FLAG, "reload_repeat", 0, 0, 0, LIVE, "every day"),
	G(reload_file,  OTEXT, "reload_file", 0, 0, 0, LIVE, "there while a file is read for a reload"),
	G(nft_table,    OTEXT, "nftables", 0, 0, 0, LIVE, "name of the table that drops packets to addresses; vrrpbox, vrrpbox.INSTANCE"),
	G(nft_prio,     I32,  "nftables_priority", INT16_MIN, 65535, -1, LIVE, "of its chain at the input hook; -1"),
	G(nft_ifindex,  FLAG, "nftables_ifindex", 0, 0, 0, LIVE, "interfaces by number"),
	G(nft_counters, FLAG, "nftables_counters", 0, 0, 0, LIVE, "count what is dropped"),
	G(data_instance, BOOL, "data_use_instance", 0, 0, 0, LIVE, "dump files have net_namespace and instance in their names"),
	G(nice,         I32,  "vrrp_priority", -20, 19, 0, LIVE, "nice value"),
	G(rt,           U8,   "vrrp_rt_priority", 1, 99, 0, LIVE, "SCHED_RR"),
	G(rttime,       U32,  "vrrp_rlimit_rttime", 1, INT32_MAX, 10000, LIVE, "us without a pause: more is logged"),
	KWM(global_conf, rttime, U32, "vrrp_rlimit_rtime", 1, INT32_MAX, 0, LIVE, KW_ALIAS, "the same"),
	G(no_swap,      FLAG, "vrrp_no_swap", 0, 0, 0, LIVE, "memory stays"),
	G(cpus[0],      CPUS, "vrrp_cpu_affinity", 0, 1023, 0, LIVE, "processors"),
	G(auto_max,     AUTO, "max_auto_priority", -1, 99, 0, LIVE, "late timers raise SCHED_RR up to this"),
	G(auto_late,    U32,  "min_auto_priority_delay", 1, 10000000, 0, LIVE, "us; 1000000"),
	G(cmd_buf,      U32,  "vrrp_netlink_cmd_rcv_bufs", 0, INT32_MAX, 0, LIVE, "bytes"),
	G(cmd_buf_force, BOOL, "vrrp_netlink_cmd_rcv_bufs_force", 0, 0, 0, LIVE, "above net.core.rmem_max"),
	G(monitor_buf,  U32,  "vrrp_netlink_monitor_rcv_bufs", 0, INT32_MAX, 0, LIVE, "bytes; 4 MB"),
	G(monitor_buf_force, BOOL, "vrrp_netlink_monitor_rcv_bufs_force", 0, 0, 0, LIVE, ""),
	G(proc_buf,     U32,  "process_monitor_rcv_bufs", 0, INT32_MAX, 0, LIVE, "bytes; 1 MB"),
	G(proc_buf_force, BOOL, "process_monitor_rcv_bufs_force", 0, 0, 0, LIVE, ""),
	G(process_names, FLAG, "process_names", 0, 0, 0, LIVE, "it is keepalived_vrrp"),
	G(process_name, FNAME, "process_name", 0, 0, 0, LIVE, "it is this"),
	G(vrrp_process_name, FNAME, "vrrp_process_name", 0, 0, 0, LIVE, "or this"),
	G(umask,        MASK, "umask", 0, 0, -1, LIVE, "of pid files, FIFOs, logs, and what scripts make"),
	G(startup_script, HOOK, "startup_script", 0, 0, 0, DAEMON, "before anything is opened"),
	G(startup_timeout, SECS, "startup_script_timeout", 1 * S, 1000 * S, 10 * S, DAEMON, ""),
	G(shutdown_script, HOOK, "shutdown_script", 0, 0, 0, LIVE, "when all is left"),
	G(shutdown_timeout, SECS, "shutdown_script_timeout", 1 * S, 1000 * S, 10 * S, LIVE, ""),
	G(groups,       BOOL, "set_supplementary_groups", 0, 0, 0, LIVE, "scripts get their user's"),
	BLOCK("notification_email", "", MAILS, KW_SERVED),
	G(mail_from,    MAIL, "notification_email_from", 0, 0, 0, LIVE, "root@ this host"),
	G(smtp,         SERVER, "smtp_server", 25, 0, 0, LIVE, "an address, or a name of /etc/hosts"),
	G(smtp_timeout, SECS, "smtp_connect_timeout", 0, DAY, 30 * S, LIVE, "for each answer"),
	G(helo,         FNAME, "smtp_helo_name", 0, 0, 0, LIVE, "this host"),
	G(smtp_alert,   TRI,  "smtp_alert", TRI_OFF, 0, 0, LIVE, "mail of every change of state"),
	G(smtp_alert_vrrp, TRI, "smtp_alert_vrrp", TRI_OFF, 0, 0, LIVE, "the same, and counts more"),
	G(no_fault_mail, BOOL, "no_email_faults", 0, 0, 0, LIVE, "but of FAULT"),
	{ 0 }
};

static const char global_known[] =
	VOID(SO_ALWAYS, "dynamic_interfaces", "[allow_if_changes]")
	VOID(SO_ALWAYS, "use_symlink_paths", ONOFF)
	NOT(NO_TABLES, "vrrp_iptables", "[IN [OUT]]")
	NOT(NO_TABLES, "vrrp_ipsets", "[NAME ...]")
	VOID(SO_ALWAYS, "disable_local_igmp", "")
	VOID(OF_LVS, "lvs_sync_daemon", "IF [TEXT ...]")
	NOT(NO_SNMP, "enable_traps", "")
	NOT(NO_SNMP, "snmp_socket", "[TEXT]")
	NOT(NO_SNMP, "enable_snmp_vrrp", "")
	NOT(NO_SNMP, "enable_snmp_keepalived", "")
	NOT(NO_SNMP, "enable_snmp_rfc", "")
	NOT(NO_SNMP, "enable_snmp_rfcv2", "")
	NOT(NO_SNMP, "enable_snmp_rfcv3", "")
	NOT(NO_DBUS, "enable_dbus", "")
	NOT(NO_DBUS, "dbus_service_name", "NAME")
	NOT(NO_DBUS, "dbus_no_interface_name", "NAME")
	READING("include_check", "[WORD ...]")
	PARSED("config_save_dir", "DIR")
	VOID(SO_MEMORY, "tmp_config_directory", "DIR")
	READING("random_seed", "N")
	FOREIGN(OF_CHECKER, "checker_process_name")
	FOREIGN(OF_LVS, "lvs_process_name")
	FOREIGN(OF_BFD, "bfd_process_name")
	FOREIGN(OF_CHECKER, "smtp_alert_checker")
	FOREIGN(OF_CHECKER, "checker_log_all_failures")
	FOREIGN(OF_LVS, "lvs_timeouts")
	FOREIGN(OF_LVS, "lvs_flush")
	FOREIGN(OF_LVS, "lvs_flush_on_stop")
	FOREIGN(OF_LVS, "lvs_flush_onstop")
	FOREIGN(OF_LVS, "nftables_ipvs")
	FOREIGN(OF_LVS, "nftables_ipvs_priority")
	FOREIGN(OF_LVS, "nftables_ipvs_start_fwmark")
	FOREIGN(OF_LVS, "lvs_notify_fifo")
	FOREIGN(OF_LVS, "lvs_notify_fifo_script")
	FOREIGN(OF_CHECKER, "checker_priority")
	FOREIGN(OF_CHECKER, "checker_no_swap")
	FOREIGN(OF_CHECKER, "checker_rt_priority")
	FOREIGN(OF_CHECKER, "checker_cpu_affinity")
	FOREIGN(OF_CHECKER, "checker_rlimit_rttime")
	FOREIGN(OF_CHECKER, "checker_rlimit_rtime")
	FOREIGN(OF_BFD, "bfd_priority")
	FOREIGN(OF_BFD, "bfd_no_swap")
	FOREIGN(OF_BFD, "bfd_rt_priority")
	FOREIGN(OF_BFD, "bfd_cpu_affinity")
	FOREIGN(OF_BFD, "bfd_rlimit_rttime")
	FOREIGN(OF_BFD, "bfd_rlimit_rtime")
	FOREIGN(OF_CHECKER, "enable_snmp_checker")
	FOREIGN(OF_CHECKER, "snmp_vs_stats_update_interval")
	FOREIGN(OF_CHECKER, "snmp_rs_stats_update_interval")
	FOREIGN(OF_LVS, "lvs_netlink_cmd_rcv_bufs")
	FOREIGN(OF_LVS, "lvs_netlink_cmd_rcv_bufs_force")
	FOREIGN(OF_LVS, "lvs_netlink_monitor_rcv_bufs")
	FOREIGN(OF_LVS, "lvs_netlink_monitor_rcv_bufs_force")
	FOREIGN(OF_CHECKER, "rs_init_notifies")
	FOREIGN(OF_CHECKER, "no_checker_emails");

#define V(field, T, word, min, max, dflt, apply, help) KW(vrrp_conf, field, T, word, min, max, dflt, apply, help)

static const struct kw vrrp[] = {
	V(state,        STATE, "state", START_MASTER, 0, 0, LIVE, "a wish for the start"),
	V(interface,    IFNAME, "interface", 0, 0, 0, RESTART, "where adverts go"),
	V(vrid,         U8,   "virtual_router_id", 1, 255, 0, RESTART, "the same on every peer"),
	V(prio,         U8,   "priority", 1, 255, 0, LIVE, "100; 255 owns the addresses"),
	V(adv,          SECS, "advert_int", 10, 255 * S, 1 * S, LIVE, ""),
	V(version,      U8,   "version", 2, 3, 0, RESTART, ""),
	BLOCK("authentication", "", AUTH, KW_SERVED),
	V(nopreempt,    BOOL, "nopreempt", 0, 0, 0, LIVE, "leave a lower master alone"),
	V(preempt_word, FLAG, "preempt", 0, 0, 0, LIVE, "the default"),
	V(preempt_delay, SECS, "preempt_delay", 0, 1000 * S, 0, LIVE, "wait before preempting"),
	V(src,          IP,   "mcast_src_ip", 0, 0, 0, RESTART, "source of adverts"),
	ALSO(vrrp_conf, src, IP, "unicast_src_ip", 0, 0, "the same field"),
	BLOCK("unicast_peer", "", PEERS, KW_SERVED),
	V(unicast_ttl,  U8,   "unicast_ttl", 0, 255, 255, LIVE, ""),
	V(fault_no_peer, FLAG, "unicast_fault_no_peer", 0, 0, 0, LIVE, "no peer: fault"),
	V(t_check_src,  TRI,  "check_unicast_src", TRI_OFF, 0, 0, LIVE, "senders must be peers"),
	V(group,        GROUP, "mcast_dst_ip", 0, 0, 0, RESTART, ""),
	V(track_src_ip, FLAG, "track_src_ip", 0, 0, 0, LIVE, "without it: fault"),
	V(dont_track_primary, BOOL, "dont_track_primary", 0, 0, 0, LIVE, "link down is no fault"),
	V(vrf,          IFNAME, "vrf", 0, 0, 0, RESTART, "instead of interface"),
	V(promote,      FLAG, "promote_secondaries", 0, 0, 0, LIVE, "the sysctl of its interface, while in use"),
	V(late_prio,    LATE, "timer_expired_backup", 1, 254, 0, LIVE, "nopreempt: BACKUP when its timer was so late that such a priority took over"),
	ALSO(vrrp_conf, late_prio, LATE, "thread_timer_expired", 1, 254, "the same"),
	V(t_conflict,   CLAIM, "conflict_action", 1, 0, 0, LIVE, "when another machine says that it has a VIP; own word"),
	V(rx_buf,       U32,  "kernel_rx_buf_size", 1, INT32_MAX, 0, LIVE, "receive buffer, bytes"),
	V(beat,         FLAG, "linkbeat_use_polling", 0, 0, 0, LIVE, "ask its driver every second"),
	V(native_ipv6,  FLAG, "native_ipv6", 0, 0, 0, RESTART, "IPv6 whatever the VIPs"),
	V(use_vmac,     VLINK, "use_vmac", VLINK_MACVLAN, 0, 0, RESTART, "addresses and adverts have the virtual MAC"),
	V(vmac_addr,    FLAG, "use_vmac_addr", 0, 0, 0, RESTART, "also on other interfaces"),
	V(xmit_base,    FLAG, "vmac_xmit_base", 0, 0, 0, LIVE, "adverts have not"),
	V(use_ipvlan,   VLINK, "use_ipvlan", VLINK_IPVLAN, 0, 0, RESTART, "addresses on an ipvlan"),
	V(garp_extra,   EXTRA, "garp_extra_if", 0, DAY, -1, LIVE, "repeat where adverts do not pass"),
	ALSO(vrrp_conf, garp_extra, EXTRA, "vmac_garp_intvl", 0, DAY, "the same"),
	V(accept,       FLAG, "accept", 0, 0, 0, LIVE, "the default, except in strict mode"),
	V(no_accept,    FLAG, "no_accept", 0, 0, 0, LIVE, "drop packets to the addresses"),
	V(t_strict,     TRI,  "strict_mode", TRI_OFF, 0, 0, LIVE, "what the RFCs allow, no more"),
	V(t_skip,       TRI,  "skip_check_adv_addr", TRI_OFF, 0, 0, LIVE, "do not compare VIP lists"),
	V(t_lower,      TRI,  "lower_prio_no_advert", TRI_OFF, 0, 0, LIVE, "do not answer lower adverts"),
	V(t_higher,     TRI,  "higher_prio_send_advert", TRI_OFF, 0, 0, LIVE, "advertise before yielding"),
	V(t_owner_ignore, TRI, "owner_ignore_adverts", TRI_OFF, 0, 0, LIVE, "255 ignores all adverts"),
	V(down_adverts, U8,   "down_timer_adverts", 1, 100, 0, LIVE, "missed until master is dead"),
	V(t_csum,       CSUM, "v3_checksum", 1, 0, 0, LIVE, "v3 IPv4 form; own word"),
	ALSO(vrrp_conf, t_csum, CSUMV2, "v3_checksum_as_v2", 1, 0, "RFC 9568's form"),
	V(old_unicast_csum, NEVER, "old_unicast_checksum", 0, 0, 0, LIVE, "of keepalived < 1.3.7"),
	V(t_mixed,      TRI,  "send_v2_and_v3", TRI_OFF, 0, 0, LIVE, "v3 IPv4: send version 2 too, and hear it; own word"),
	V(garp_delay,   SECS, "garp_master_delay", 0, DAY, -1, LIVE, "second burst"),
	V(garp_repeat,  COUNT, "garp_master_repeat", 0, MANY, -1, LIVE, "rounds"),
	V(garp_refresh, SECS, "garp_master_refresh", 0, FOREVER, -1, LIVE, "repeat this often"),
	V(garp_refresh_repeat, COUNT, "garp_master_refresh_repeat", 0, MANY, -1, LIVE, "rounds"),
	V(garp_lower_delay, SECS, "garp_lower_prio_delay", 0, DAY, -1, LIVE, "after a lower advert"),
	V(garp_lower_repeat, U16, "garp_lower_prio_repeat", 0, MANY, -1, LIVE, "on a lower advert"),
	V(no_vips_wanted, FLAG, "no_virtual_ipaddress", 0, 0, 0, LIVE, ""),
	BLOCK("virtual_ipaddress", "", VIPS, KW_SERVED),
	BLOCK("virtual_ipaddress_excluded", "", EVIPS, KW_SERVED),
	BLOCK("track_interface", "", TRACK_IF, KW_SERVED),
	BLOCK("track_script", "", TRACK_SCRIPT, KW_SERVED),
	BLOCK("track_process", "", TRACK_PROCESS, KW_SERVED),
	BLOCK("track_file", "", TRACK_FILE, KW_SERVED),
	V(notify[NOTIFY_MASTER], HOOK, "notify_master", 0, 0, 0, LIVE, ""),
	V(notify[NOTIFY_BACKUP], HOOK, "notify_backup", 0, 0, 0, LIVE, ""),
	V(notify[NOTIFY_FAULT], HOOK, "notify_fault", 0, 0, 0, LIVE, ""),
	V(notify[NOTIFY_STOP], HOOK, "notify_stop", 0, 0, 0, LIVE, ""),
	V(notify[NOTIFY_ALL], HOOK, "notify", 0, 0, 0, LIVE, "with type, name, state, priority"),
	V(notify[NOTIFY_DELETED], HOOK, "notify_deleted", 1, 0, 0, LIVE, "or alone: removed by a reload is DELETED, not FAULT"),
	V(notify[NOTIFY_LOWER], HOOK, "notify_master_rx_lower_pri", 0, 0, 0, LIVE, "MASTER hears a lower advert"),
	V(t_smtp,       TRI,  "smtp_alert", TRI_OFF, 0, 0, LIVE, "mail of every change of state"),
	V(t_notify_prio, TRI, "notify_priority_changes", TRI_OFF, 0, 0, LIVE, "to the FIFOs"),
	NOBLOCK("track_bfd", "", TRACK_ANY, KW_PARSED, WHY_BFD),
	BLOCK("virtual_routes", "", ROUTES, KW_SERVED),
	BLOCK("virtual_rules", "", RULES, KW_SERVED),
	NOBLOCK("auth_hmac", "", HMAC, KW_PARSED, WHY_DRAFT),
	{ 0 }
};

static const char vrrp_known[] =
	READING("track_check", "NAME CHECK [weight -253..253 [reverse|noreverse]]")
	VOID(SO_DEBUG, "debug", "0..4")
	VOID(OF_LVS, "lvs_sync_daemon_interface", "IF");

static const struct kw auth[] = {
	V(auth_type,    AUTH, "auth_type", AUTH_PASS, 0, 0, LIVE, "v2 IPv4"),
	V(auth[0],      PASS, "auth_pass", 0, 0, 0, LIVE, "8 characters"),
	{ 0 }
};

static const char hmac_known[] =
	PARSED("key", "1..255 KEY")
	PARSED("active_key", "1..255")
	PARSED("time_window", "1..300s")
	PARSED("anti_replay", "time|monotonic")
	PARSED("mode", "enforce|permissive|receive-only");

#define Y(field, T, word, min, help) KW(group_conf, field, T, word, min, 0, 0, LIVE, help)

static const struct kw sync[] = {
	BLOCK("group", "", NAMES, KW_SERVED),
	BLOCK("track_interface", "", TRACK_IF, KW_SERVED),
	BLOCK("track_script", "", TRACK_SCRIPT, KW_SERVED),
	BLOCK("track_process", "", TRACK_PROCESS, KW_SERVED),
	BLOCK("track_file", "", TRACK_FILE, KW_SERVED),
	Y(notify[NOTIFY_MASTER], HOOK, "notify_master", 0, ""),
	Y(notify[NOTIFY_BACKUP], HOOK, "notify_backup", 0, ""),
	Y(notify[NOTIFY_FAULT], HOOK, "notify_fault", 0, ""),
	Y(notify[NOTIFY_STOP], HOOK, "notify_stop", 0, ""),
	Y(notify[NOTIFY_ALL], HOOK, "notify", 0, "with type, name, state, 0"),
	Y(tracking_weight, FLAG, "sync_group_tracking_weight", 0, "members' own weights count"),
	Y(t_notify_prio, TRI, "notify_priority_changes", TRI_OFF, "of members too"),
	Y(t_smtp, TRI, "smtp_alert", TRI_OFF, "mail when the group changes"),
	NOBLOCK("track_bfd", "", TRACK_ANY, KW_PARSED, WHY_BFD),
	{ 0 }
};

static const char sync_known[] =
	VOID(SO_ALWAYS, "global_tracking", "");

#define C(field, T, word, min, max, dflt, help) KW(tracker_conf, field, T, word, min, max, dflt, LIVE, help)
#define HOLD C(hold, SECS, "hold", 0, DAY, 0, "once bad, good only after this; own word")

static const struct kw script[] = {
	KW(tracker_conf, cmd, CMD, "script", 0, 0, 0, RESTART, "exit status 0 is good"),
	KW(tracker_conf, cmd.user, USER, "user", 0, 0, 0, RESTART, "who runs it"),
	C(interval,     SECS, "interval", 1, 4294 * S, 1 * S, "from start to start"),
	C(timeout,      SECS, "timeout", 0, 4294 * S, 0, "0: the interval"),
	C(weight,       WEIGHT, "weight", -253, 253, 0, "to priority; 0: fault"),
	C(rise,         U16,  "rise", 1, MANY, 1, "successes until good"),
	C(fall,         U16,  "fall", 1, MANY, 1, "failures until bad"),
	C(init_fail,    FLAG, "init_fail", 0, 0, 0, "bad until it succeeds"),
	HOLD,
	{ 0 }
};

static const struct kw process[] = {
	KW(tracker_conf, cmd, ARGS, "process", 0, 0, 0, RESTART, "name or path; params: full_command"),
	KW(tracker_conf, param_match, MATCH, "param_match", 0, 0, 0, RESTART, "else exact"),
	KW(tracker_conf, full_command, FLAG, "full_command", 0, 0, 0, RESTART, "not the name only"),
	C(weight,       WEIGHT, "weight", -254, 254, 0, "to priority; 0: fault"),
	C(quorum,       U16,  "quorum", 1, UINT16_MAX, 1, "at least so many"),
	C(quorum_max,   U16,  "quorum_max", 0, UINT16_MAX, -1, "at most"),
	KWM(tracker_conf, fork_delay, BOTH, "delay", 0, HOUR, 0, LIVE, KW_ALIAS, "both of these"),
	C(fork_delay,   SECS, "fork_delay", 0, HOUR, 0, "until good"),
	C(terminate_delay, SECS, "terminate_delay", 0, HOUR, 0, "until bad"),
	HOLD,
	{ 0 }
};

static const struct kw file[] = {
	KW(tracker_conf, path, TEXT, "file", 0, 0, 0, RESTART, "holds a number"),
	C(weight,       WEIGHT, "weight", -254, 254, 1, "times the number to priority; 0: not 0 is a fault"),
	C(init_file,    INIT, "init_file", 0, INT32_MAX, 0, "written when missing; overwrite: always"),
	{ 0 }
};

static const struct kw garp_group[] = {
	KW(garp_group, garp, SECS, "garp_interval", 0, 4294 * S, 0, LIVE, "pause between ARPs"),
	KW(garp_group, gna, SECS, "gna_interval", 0, 4294 * S, 0, LIVE, "pause between NAs"),
	BLOCK("interfaces", "", IFS, KW_SERVED),
	{ 0 }
};

static const char garp_group_known[] =
	READING("interface", "IF");

static const struct kw track_group[] = {
	BLOCK("group", "", NAMES, KW_SERVED),
	{ 0 }
};

static const char bfd_known[] =
	PARSED("neighbor_ip", "IP")
	PARSED("neighbour_ip", "IP")
	PARSED("source_ip", "IP")
	PARSED("min_rx", "1..")
	PARSED("min_tx", "1..")
	PARSED("idle_tx", "1000..")
	PARSED("multiplier", "1..255")
	PARSED("passive", "")
	PARSED("ttl", "1..255")
	PARSED("hoplimit", "1..255")
	PARSED("max_hops", "-1..255")
	PARSED("multihop", ONOFF)
	PARSED("weight", WEIGHT253)
	PARSED("vrrp", "")
	PARSED("checker", "");

/* options of list entries */

static const struct kw peer[] = {
	KW(peer, min_ttl, U8, "min_ttl", 0, 255, 0, LIVE, ""),
	KW(peer, max_ttl, U8, "max_ttl", 0, 255, 255, LIVE, ""),
	{ 0 }
};

static const struct kw track[] = {
	KW(track, weight, WEIGHT, "weight", -253, 253, INT16_MIN, LIVE, "instead of the script's own"),
	{ 0 }
};

static const struct kw track_wide[] = {
	KW(track, weight, WEIGHT, "weight", -254, 254, INT16_MIN, LIVE, "instead of its own"),
	{ 0 }
};

static const char track_any_known[] =
	PARSED("weight", WEIGHT254);

#define A(field, T, word, min, max, dflt, help) KW(vip_line, field, T, word, min, max, dflt, LIVE, help)

static const struct kw address[] = {
	A(dev,          WORD, "dev", 0, 0, 0, ""),
	A(brd,          WORD, "brd", 0, 0, 0, "+ and -: from the prefix"),
	ALSO(vip_line, brd, WORD, "broadcast", 0, 0, "the same"),
	A(label,        WORD, "label", 0, 0, 0, "IPv4 only"),
	A(vip.scope,    SCOPE, "scope", 0, 255, 0, "IPv4 only"),
	A(peer,         WORD, "peer", 0, 0, 0, "point-to-point"),
	A(vip.flags,    BITS, "home", IFA_F_HOMEADDRESS, 0, 0, ""),
	A(vip.flags,    BITS, "mngtmpaddr", IFA_F_MANAGETEMPADDR, 0, 0, ""),
	A(vip.flags,    BITS, "noprefixroute", IFA_F_NOPREFIXROUTE, 0, 0, ""),
	A(vip.flags,    BITS, "autojoin", IFA_F_MCAUTOJOIN, 0, 0, ""),
	A(vip.dad,      FLAG, "-nodad", 0, 0, 0, "detect duplicates"),
	A(vip.no_track, FLAG, "no_track", 0, 0, 0, ""),
	A(vip.use_vmac, FLAG, "use_vmac", 0, 0, 0, "a virtual MAC of its own"),
	A(group,        WORD, "track_group", 0, 0, 0, "static_ipaddress only"),
	A(vip.preferred, LIFE, "preferred_lft", 0, INT32_MAX, 0, "IPv6 /128: 0, else forever"),
	{ 0 }
};

const struct block conf_blocks[BLK_N] = {
	[BLK_TOP]          = { "", { top, top_known }, NULL },
	[BLK_GLOBAL]       = { "global_defs", { global, global_known }, NULL },
	[BLK_VRRP]         = { "vrrp_instance", { vrrp, vrrp_known }, NULL },
	[BLK_SCRIPT]       = { "vrrp_script", { script, NULL }, NULL },
	[BLK_AUTH]         = { "authentication", { auth, NULL }, NULL },
	[BLK_PEERS]        = { "unicast_peer", { peer, NULL }, "IP" },
	[BLK_VIPS]         = { "virtual_ipaddress", { address, NULL }, "IP[/LEN]" },
	[BLK_EVIPS]        = { "virtual_ipaddress_excluded", { address, NULL }, "IP[/LEN]" },
	[BLK_TRACK_SCRIPT] = { "track_script", { track, NULL }, "NAME" },
	[BLK_TRACK_IF]     = { "track_interface", { track, NULL }, "IF" },
	[BLK_TRACK_PROCESS] = { "track_process", { track_wide, NULL }, "NAME" },
	[BLK_TRACK_FILE]   = { "track_file", { track_wide, NULL }, "NAME" },
	[BLK_TRACK_ANY]    = { "track_bfd", { NULL, track_any_known }, "NAME" },
	[BLK_HMAC]         = { "auth_hmac", { NULL, hmac_known }, NULL },
	[BLK_SYNC]         = { "vrrp_sync_group", { sync, sync_known }, NULL },
	[BLK_PROCESS]      = { "vrrp_track_process", { process, NULL }, NULL },
	[BLK_FILE]         = { "track_file", { file, NULL }, NULL },
	[BLK_ADDRS]        = { "static_ipaddress", { address, NULL }, "IP[/LEN]" },
	[BLK_ROUTES]       = { "virtual_routes", { conf_route_rows, conf_route_known }, "" },
	[BLK_RULES]        = { "virtual_rules", { conf_rule_rows, conf_rule_known }, "" },
	[BLK_HOP]          = { "nexthop", { conf_hop_rows, NULL }, "" },
	[BLK_DELAYS]       = { "interface_up_down_delays", { NULL, NULL }, "IF 0..255s [0..255s]" },
	[BLK_LINKBEAT]     = { "linkbeat_interfaces", { NULL, NULL }, "IF [MII|ETHTOOL|IOCTL]" },
	[BLK_GARP_GROUP]   = { "garp_group", { garp_group, garp_group_known }, NULL },
	[BLK_TRACK_GROUP]  = { "track_group", { track_group, NULL }, NULL },
	[BLK_IFS]          = { "interfaces", { NULL, NULL }, "IF ..." },
	[BLK_MAILS]        = { "notification_email", { NULL, NULL }, "ADDRESS ..." },
	[BLK_NAMES]        = { "group", { NULL, NULL }, "NAME ..." },
	[BLK_BFD]          = { "bfd_instance", { NULL, bfd_known }, NULL },
};
