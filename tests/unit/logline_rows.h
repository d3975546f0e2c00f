/* logline_rows.h - messages as they stand in logs, and what they mean. */

#ifndef SSHWHY_LOGLINE_ROWS_H
#define SSHWHY_LOGLINE_ROWS_H

struct message_row {
	const char *message;
	const char *want;
};

static const struct message_row drops[] = {
	{"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	 "past MaxStartups",
	 "reject limit.max-startups from=203.0.113.5,51234 on=192.0.2.1,22 "
	 "n=10"},
	{"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	 "past Maxstartups",
	 "reject limit.max-startups from=203.0.113.5,51234 on=192.0.2.1,22 "
	 "n=10"},
	{"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	 "Maxstartups",
	 "reject limit.max-startups from=203.0.113.5,51234 on=192.0.2.1,22 "
	 "n=10"},
	{"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	 "MaxStartups",
	 "reject limit.max-startups from=203.0.113.5,51234 on=192.0.2.1,22 "
	 "n=10"},
	{"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	 "penalty: failed authentication",
	 "reject ban.penalty from=203.0.113.5,51234 on=192.0.2.1,22 n=10 "
	 "(failed authentication)"},
	{"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	 "too many penalised addresses",
	 "reject ban.penalty from=203.0.113.5,51234 on=192.0.2.1,22 n=10"},
	{"drop connection #3 from [2001:db8::5]:51234 on [2001:db8::1]:22 "
	 "past MaxStartups",
	 "reject limit.max-startups from=2001:db8::5,51234 "
	 "on=2001:db8::1,22 n=3"},
	{"drop connection #3 from [::ffff:203.0.113.5]:1 on "
	 "[::ffff:192.0.2.1]:22 Maxstartups",
	 "reject limit.max-startups from=203.0.113.5,1 on=192.0.2.1,22 n=3"},
	{"drop connection #3 from [fe80::1%eth0]:5 on [fe80::2%eth0]:22 "
	 "Maxstartups",
	 "reject limit.max-startups from=fe80::1,5 on=fe80::2,22 n=3"},
	{"drop connection #3 from [UNKNOWN]:65535 on [192.0.2.1]:22 past "
	 "MaxStartups",
	 "reject limit.max-startups on=192.0.2.1,22 n=3"},
	{"error: beginning MaxStartups throttling", "fact limit.max-startups"},
	{"error: in MaxStartups throttling for 00:05:03, 17 connections "
	 "dropped",
	 "fact limit.max-startups count=17"},
	{"exited MaxStartups throttling after 00:07:44, 23 connections dropped",
	 "summary limit.max-startups count=23"},
	{"Maxstartups logging rate-limited: additional 38 connections dropped",
	 "summary limit.max-startups count=38"},
	{"MaxStartups logging rate-limited: additional 118 connections dropped",
	 "summary limit.max-startups count=118"},
	{"PerSourcePenalties logging rate-limited: additional 4 connections "
	 "dropped",
	 "summary ban.penalty count=4"},
	{"srclimit_penalise: ipv4: new 203.0.113.5/32 active penalty of "
	 "15.000 seconds for penalty: failed authentication",
	 "fact ban.penalty from=203.0.113.5 (penalty: failed authentication)"},
	{"srclimit_penalise: ipv6: new 2001:db8::/64 deferred penalty of 5 "
	 "seconds for penalty: caused crash",
	 "fact ban.penalty from=2001:db8:: (penalty: caused crash)"},
	{"srclimit_penalise: 203.0.113.5/32: activating ipv4 penalty of "
	 "20 seconds for penalty: exceeded LoginGraceTime",
	 "fact ban.penalty from=203.0.113.5 (penalty: exceeded "
	 "LoginGraceTime)"},
	{"srclimit_penalise: fe80::5/128: activating ipv6 penalty of 20 "
	 "seconds for penalty: caused crash",
	 "fact ban.penalty from=fe80::5 (penalty: caused crash)"},
	{"message repeated 3 times: [ no more sessions]",
	 "reject limit.sessions count=3"},
};

static const struct message_row tagged[] = {
	{"debug1: drop connection #10", "reject limit.max-startups n=10"},
	{"fatal: fork of unprivileged child failed [session-auth early]",
	 "reject server.resources"},
	{"sshd.c:drop_connection():887 (pid=41): drop connection #10 from "
	 "[203.0.113.5]:51234 on [192.0.2.1]:22 past MaxStartups",
	 "reject limit.max-startups from=203.0.113.5,51234 on=192.0.2.1,22 "
	 "n=10"},
	{"debug3: sshd.c:drop_connection():630 (bin=sshd, pid=41): drop "
	 "connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	 "Maxstartups",
	 "reject limit.max-startups from=203.0.113.5,51234 on=192.0.2.1,22 "
	 "n=10"},
	{"debug3: drop connection #10 from [203.0.113.5]:51234 on "
	 "[192.0.2.1]:22 penalty: caused crash",
	 "reject ban.penalty from=203.0.113.5,51234 on=192.0.2.1,22 n=10 "
	 "(caused crash)"},
	{"error: sshd.c:drop_connection():880 (pid=41): beginning "
	 "MaxStartups throttling",
	 "fact limit.max-startups"},
	{"debug1: sshd.c:should_drop_connection():853 (pid=41): p 50, r 21",
	 "fact limit.max-startups-random n=50/21"},
	{"debug1: sshd.c:should_drop_connection():570 (bin=sshd, pid=41): "
	 "should_drop_connection: p 30, r 99",
	 "fact limit.max-startups-random n=30/99"},
	{"debug3: srclimit.c:srclimit_check_allow():115 (pid=41): "
	 "srclimit_check_allow: new unauthenticated connection from "
	 "203.0.113.5/32, at 3 of 3",
	 "fact limit.per-source from=203.0.113.5 n=3/3"},
	{"debug3: srclimit_check_allow: new unauthenticated connection from "
	 "2001:db8::/64, at 2 of 3",
	 "fact limit.per-source from=2001:db8:: n=2/3"},
	{"auth.c:allowed_user():179 (pid=41): User bob from 203.0.113.5 not "
	 "allowed because not listed in AllowUsers",
	 "reject config.allow-user from=203.0.113.5 user=bob"},
	{"error: kex.c:kex_exchange_identification():1425 (bin=sshd-auth, "
	 "pid=41): kex_exchange_identification: banner line too long "
	 "[preauth]",
	 "reject protocol.banner"},
	{"debug1: ROOT LOGIN REFUSED FROM 203.0.113.5 port 51234", "-"},
	{"debug1: PAM: pam_setcred(): Permission denied", "-"},
};

static const struct message_row wrapper[] = {
	{"refused connect from 203.0.113.5 (203.0.113.5)",
	 "reject wrapper.deny from=203.0.113.5"},
	{"refused connect from host.example.net (203.0.113.5)",
	 "reject wrapper.deny from=203.0.113.5"},
	{"refused connect from ::ffff:203.0.113.5 (::ffff:203.0.113.5)",
	 "reject wrapper.deny from=203.0.113.5"},
	{"refused connect from 2001:db8::5 (2001:db8::5)",
	 "reject wrapper.deny from=2001:db8::5"},
	{"refused connect from 203.0.113.5",
	 "reject wrapper.deny from=203.0.113.5"},
	{"refused connect from host.example.net", "reject wrapper.deny"},
	{"refused connect from bob@203.0.113.5",
	 "reject wrapper.deny from=203.0.113.5"},
	{"refused connect from bob@host.example.net (203.0.113.5)",
	 "reject wrapper.deny from=203.0.113.5"},
	{"refused connect from 203.0.113.5 with IP source routing options",
	 "reject protocol.ip-options from=203.0.113.5"},
	{"twist 203.0.113.5 to /bin/echo go away",
	 "reject wrapper.twist from=203.0.113.5 (/bin/echo go away)"},
	{"twist bob@203.0.113.5 to /bin/echo", "reject wrapper.twist"},
	{"error: /etc/hosts.deny, line 4: bad option name: \"foo\"",
	 "reject wrapper.broken-rule rule=/etc/hosts.deny:4 (bad option "
	 "name: \"foo\")"},
	{"warning: /etc/hosts.deny, line 0: missing newline or line too long",
	 "fact wrapper.broken-rule rule=/etc/hosts.deny:0"},
	{"warning: cannot open /etc/hosts.deny: Permission denied",
	 "fact wrapper.broken-rule (Permission denied)"},
	{"warning: /etc/hosts.allow, line 6: can't verify hostname: "
	 "getaddrinfo(a.b, AF_INET) failed",
	 "-"},
	{"matched:  /etc/hosts.deny line 7", "fact  rule=/etc/hosts.deny:7"},
};

static const struct message_row protocol[] = {
	{"Bad protocol version identification 'GET / HTTP/1.1' from "
	 "203.0.113.5 port 51234",
	 "reject protocol.banner from=203.0.113.5,51234 (GET / HTTP/1.1)"},
	{"Bad protocol version identification '\\026\\003\\001' from "
	 "203.0.113.5",
	 "reject protocol.banner from=203.0.113.5 (\\026\\003\\001)"},
	{"Bad protocol version identification 'x' from 9.9.9.9' from "
	 "203.0.113.5 port 51234",
	 "reject protocol.banner from=203.0.113.5,51234 (x' from 9.9.9.9)"},
	{"error: Fssh_kex_exchange_identification: banner line too long",
	 "reject protocol.banner"},
	{"fatal: Client version \"SSH-2.0-x\" uses unsafe key agreement; "
	 "refusing connection [preauth]",
	 "reject protocol.version (SSH-2.0-x)"},
	{"Disconnecting: bad client public DH value [preauth]",
	 "reject protocol.corrupt"},
	{"fatal: DH_GEX_REQUEST, bad parameters: 4096 !< 1024 !< 8192 "
	 "[preauth]",
	 "reject protocol.corrupt (4096 !< 1024 !< 8192)"},
	{"error: Bad remote protocol version identification: 'SSH-xx'",
	 "reject protocol.banner (SSH-xx)"},
	{"error: kex_exchange_identification: client sent invalid protocol "
	 "identifier \"GET / HTTP/1.1\"",
	 "reject protocol.banner (GET / HTTP/1.1)"},
	{"error: kex_exchange_identification: banner line contains invalid "
	 "characters",
	 "reject protocol.banner"},
	{"error: kex_exchange_identification: banner line too long",
	 "reject protocol.banner"},
	{"banner exchange: Connection from 203.0.113.5 port 51234: invalid "
	 "format",
	 "again protocol.banner from=203.0.113.5,51234"},
	{"banner exchange: Connection from 2001:db8::5 port 51234: could "
	 "not read protocol version [preauth]",
	 "again protocol.version from=2001:db8::5,51234"},
	{"error: Protocol major versions differ: 2 vs. 1",
	 "reject protocol.version (2 vs. 1)"},
	{"Protocol major versions differ for 203.0.113.5: "
	 "SSH-2.0-OpenSSH_5.3 vs. SSH-1.5-x",
	 "reject protocol.version from=203.0.113.5 (SSH-2.0-OpenSSH_5.3 vs. "
	 "SSH-1.5-x)"},
	{"Protocol major versions differ for 203.0.113.5 port 51234: "
	 "SSH-2.0-x vs. SSH-1.5-x",
	 "reject protocol.version from=203.0.113.5,51234 (SSH-2.0-x vs. "
	 "SSH-1.5-x)"},
	{"probed from 203.0.113.5 port 51234 with SSH-1.0-x.  Don't panic.",
	 "reject protocol.banner from=203.0.113.5,51234 (SSH-1.0-x.  Don't "
	 "panic.)"},
	{"scanned from 203.0.113.5 with SSH-1.0-SSH_Version_Mapper.  Don't "
	 "panic.",
	 "reject protocol.banner from=203.0.113.5 "
	 "(SSH-1.0-SSH_Version_Mapper.  Don't panic.)"},
	{"Unable to negotiate with 203.0.113.5 port 51234: no matching "
	 "cipher found. Their offer: aes128-cbc [preauth]",
	 "reject protocol.no-common-algorithm from=203.0.113.5,51234 (no "
	 "matching cipher found. Their offer: aes128-cbc)"},
	{"fatal: Unable to negotiate with 203.0.113.5: no matching host key "
	 "type found. Their offer: ssh-dss [preauth]",
	 "reject protocol.no-common-algorithm from=203.0.113.5 (no matching "
	 "host key type found. Their offer: ssh-dss)"},
	{"Unable to negotiate with 2001:db8::: no matching MAC found. Their "
	 "offer: x",
	 "reject protocol.no-common-algorithm from=2001:db8:: (no matching "
	 "MAC found. Their offer: x)"},
	{"Unable to negotiate with user bob 203.0.113.5 port 51234: no "
	 "matching cipher found. Their offer: x",
	 "reject protocol.no-common-algorithm from=203.0.113.5,51234 "
	 "user=bob (cipher found. Their offer: x)"},
	{"fatal: no matching cipher found: client aes128-cbc server "
	 "aes256-ctr [preauth]",
	 "reject protocol.no-common-algorithm (client aes128-cbc server "
	 "aes256-ctr)"},
	{"fatal: no matching mac found: client a server b",
	 "reject protocol.no-common-algorithm (client a server b)"},
	{"fatal: Unable to negotiate a key exchange method [preauth]",
	 "reject protocol.no-common-algorithm"},
	{"fatal: no hostkey alg [preauth]",
	 "reject protocol.no-common-algorithm"},
	{"userauth_pubkey: signature algorithm ssh-rsa not in "
	 "PubkeyAcceptedAlgorithms [preauth]",
	 "reject protocol.no-common-algorithm"},
	{"userauth_pubkey: key type ssh-dss not in PubkeyAcceptedKeyTypes "
	 "[preauth]",
	 "reject protocol.no-common-algorithm"},
	{"Bad packet length 1349676916. [preauth]", "reject protocol.corrupt"},
	{"Disconnecting: Bad packet length 1349676916. [preauth]",
	 "again protocol.corrupt"},
	{"Disconnecting: Packet corrupt [preauth]", "again protocol.corrupt"},
	{"Corrupted MAC on input. [preauth]", "reject protocol.corrupt"},
	{"ssh_dispatch_run_fatal: Connection from 203.0.113.5 port 51234: "
	 "message authentication code incorrect [preauth]",
	 "again protocol.corrupt from=203.0.113.5,51234"},
	{"fatal: ssh_dispatch_run_fatal: Connection from authenticating "
	 "user bob 203.0.113.5 port 51234: Connection corrupted [preauth]",
	 "again protocol.corrupt from=203.0.113.5,51234 user=bob"},
	{"ssh_dispatch_run_fatal: Connection from invalid user bob "
	 "203.0.113.5 port 51234: incomplete message [preauth]",
	 "again protocol.corrupt from=203.0.113.5,51234 unknown=bob"},
	{"padding error: need 12 block 8 mod 4 [preauth]",
	 "again protocol.corrupt (need 12 block 8 mod 4)"},
	{"Disconnecting 203.0.113.5 port 51234: strict KEX violation: "
	 "unexpected packet type 2 (seqnr 1) [preauth]",
	 "reject protocol.corrupt from=203.0.113.5,51234 (unexpected packet "
	 "type 2 (seqnr 1))"},
	{"Disconnecting: Change of username or service not allowed: "
	 "(root,ssh-connection) -> (bob,ssh-connection) [preauth]",
	 "reject protocol.corrupt"},
	{"Disconnecting authenticating user root 203.0.113.5 port 51234: "
	 "Change of username or service not allowed: (root,ssh-connection) "
	 "-> (bob,ssh-connection) [preauth]",
	 "reject protocol.corrupt from=203.0.113.5,51234 user=root"},
	{"Disconnecting invalid user x 203.0.113.5 port 51234: Change of "
	 "username or service not allowed: (x,ssh-connection) -> "
	 "(y,ssh-connection) [preauth]",
	 "reject protocol.corrupt from=203.0.113.5,51234 unknown=x"},
	{"fatal: Connection from 203.0.113.5 port 51234 with IP opts: 83",
	 "reject protocol.ip-options from=203.0.113.5,51234 (83)"},
	{"Connection from 203.0.113.5 with IP options: 83",
	 "reject protocol.ip-options from=203.0.113.5 ( 83)"},
	{"ssh_dispatch_run_fatal: Connection from 203.0.113.5 port 51234: "
	 "Broken pipe [preauth]",
	 "-"},
	{"ssh_dispatch_run_fatal: Connection from 203.0.113.5 port 51234: "
	 "Connection timed out [preauth]",
	 "-"},
};

static const struct message_row config[] = {
	{"User bob from 203.0.113.5 not allowed because listed in DenyUsers",
	 "reject config.deny-user from=203.0.113.5 user=bob"},
	{"User bob from host.example.net not allowed because not listed in "
	 "AllowUsers",
	 "reject config.allow-user user=bob"},
	{"User bob not allowed because not listed in AllowUsers",
	 "reject config.allow-user user=bob"},
	{"User root from 2001:db8::5 not allowed because a group is listed "
	 "in DenyGroups",
	 "reject config.deny-group from=2001:db8::5 user=root"},
	{"User bob from 203.0.113.5 not allowed because none of user's "
	 "groups are listed in AllowGroups",
	 "reject config.allow-group from=203.0.113.5 user=bob"},
	{"User bob from 203.0.113.5 not allowed because not in any group",
	 "reject config.allow-group from=203.0.113.5 user=bob"},
	{"User bob not allowed because shell /bin/zsh does not exist",
	 "reject config.shell user=bob rule=/bin/zsh:0"},
	{"User bob not allowed because shell /etc/passwd is not executable",
	 "reject config.shell user=bob rule=/etc/passwd:0"},
	{"User bob not allowed because account is locked",
	 "reject account.locked user=bob"},
	{"User bob from 203.0.113.5 not allowed because account is locked",
	 "reject account.locked from=203.0.113.5 user=bob"},
	{"User bob not allowed because /etc/nologin exists",
	 "reject account.pam user=bob rule=/etc/nologin:0"},
	{"Account bob has expired", "reject account.pam user=bob"},
	{"ROOT LOGIN REFUSED FROM 203.0.113.5 port 51234 [preauth]",
	 "reject config.root-login from=203.0.113.5,51234"},
	{"ROOT LOGIN REFUSED FROM 203.0.113.5",
	 "reject config.root-login from=203.0.113.5"},
	{"administratively prohibited connection for bob from 203.0.113.5 "
	 "port 51234",
	 "reject config.refuse-connection from=203.0.113.5,51234 user=bob"},
	{"administratively prohibited connection for invalid user bob from "
	 "203.0.113.5 port 51234",
	 "reject config.refuse-connection from=203.0.113.5,51234 unknown=bob"},
	{"error: maximum authentication attempts exceeded for bob from "
	 "203.0.113.5 port 51234 ssh2 [preauth]",
	 "reject config.max-auth-tries from=203.0.113.5,51234 user=bob"},
	{"error: maximum authentication attempts exceeded for invalid user "
	 "bob from 203.0.113.5 port 51234 ssh2 [preauth]",
	 "reject config.max-auth-tries from=203.0.113.5,51234 unknown=bob"},
	{"Disconnecting: Too many authentication failures for root [preauth]",
	 "again config.max-auth-tries user=root"},
	{"Disconnecting: Too many authentication failures [preauth]",
	 "again config.max-auth-tries"},
	{"Too many authentication failures for root",
	 "again config.max-auth-tries user=root"},
	{"Disconnecting authenticating user root 203.0.113.5 port 51234: "
	 "Too many authentication failures [preauth]",
	 "again config.max-auth-tries from=203.0.113.5,51234 user=root"},
	{"Disconnecting invalid user x y 203.0.113.5 port 51234: Too many "
	 "authentication failures [preauth]",
	 "again config.max-auth-tries from=203.0.113.5,51234 unknown=x y"},
	{"error: No AuthenticationMethods left after eliminating disabled "
	 "methods",
	 "again config.auth-methods"},
	{"Disconnecting authenticating user bob 203.0.113.5 port 51234: no "
	 "authentication methods enabled [preauth]",
	 "reject config.auth-methods from=203.0.113.5,51234 user=bob"},
	{"fatal: Timeout before authentication for 203.0.113.5",
	 "reject config.grace-time from=203.0.113.5"},
	{"fatal: Timeout before authentication for 203.0.113.5 port 51234",
	 "reject config.grace-time from=203.0.113.5,51234"},
	{"Timeout before authentication for connection from 203.0.113.5 to "
	 "192.0.2.1, pid = 4123",
	 "reject config.grace-time from=203.0.113.5 on=192.0.2.1 pid=4123"},
	{"Timeout before authentication for connection from 203.0.113.5 to "
	 "192.0.2.1, pid = 4123 (early)",
	 "reject config.grace-time from=203.0.113.5 on=192.0.2.1 pid=4123"},
};

static const struct message_row pam[] = {
	{"fatal: Access denied for user bob by PAM account configuration "
	 "[preauth]",
	 "reject account.pam user=bob"},
	{"error: PAM: User account has expired for bob from 203.0.113.5",
	 "reject account.pam from=203.0.113.5 user=bob"},
	{"error: PAM: Permission denied for illegal user bob from "
	 "host.example.net",
	 "reject account.pam unknown=bob"},
	{"error: PAM: pam_open_session(): Permission denied",
	 "reject account.pam (Permission denied)"},
	{"fatal: PAM: pam_setcred(): Failure setting user credentials",
	 "reject account.pam (Failure setting user credentials)"},
	{"fatal: PAM: initialisation failed [preauth]", "reject account.pam"},
	{"pam_access(sshd:account): access denied for user `bob' from "
	 "`203.0.113.5'",
	 "reject account.pam from=203.0.113.5 user=bob"},
	{"pam_faillock(sshd:auth): Consecutive login failures for user bob "
	 "account temporarily locked",
	 "reject account.locked user=bob"},
	{"pam_tally2(sshd:auth): user bob (1000) tally 7, deny 3",
	 "reject account.locked user=bob n=7/3"},
	{"pam_unix(sshd:account): account bob has expired (account expired)",
	 "reject account.pam user=bob"},
	{"pam_listfile(sshd:auth): Refused user bob for service sshd",
	 "reject account.pam user=bob"},
	{"pam_limits(sshd:session): Too many logins (max 2) for bob",
	 "reject account.pam user=bob n=2"},
	{"pam_securetty(sshd:auth): access denied: tty 'ssh' is not secure !",
	 "reject account.pam"},
	{"pam_sss(sshd:account): Access denied for user bob: 6 (Permission "
	 "denied)",
	 "reject account.pam user=bob n=6 (Permission denied)"},
	{"pam_abl(sshd:auth): Blocking access from 203.0.113.5 to service "
	 "sshd, user bob",
	 "reject account.pam from=203.0.113.5 user=bob"},
	{"pam_exec(sshd:account): /usr/local/bin/may failed: exit code 1",
	 "reject account.pam rule=/usr/local/bin/may:0 n=1"},
	{"error: PAM: user account has expired for bob from 203.0.113.5",
	 "reject account.pam from=203.0.113.5 user=bob"},
	{"error: PAM: User account has expired for bob from 203.0.113.5 via "
	 "192.0.2.1",
	 "reject account.pam from=203.0.113.5 user=bob"},
	{"PAM rejected by account configuration[13]: User account has expired",
	 "reject account.pam n=13 (User account has expired)"},
	{"pam_winbind(sshd:account): user 'bob' denied access (invalid "
	 "membership)",
	 "reject account.pam user=bob (invalid membership)"},
	{"pam_winbind(sshd:auth): user 'bob' denied access (incorrect "
	 "password or invalid membership)",
	 "-"},
	{"pam_succeed_if(sshd:auth): requirement \"uid >= 1000\" not met by "
	 "user \"root\"",
	 "-"},
	{"pam_unix(sshd:auth): check pass; user unknown", "-"},
	{"PAM service(sshd) ignoring max retries; 6 > 3", "-"},
};

static const struct message_row keys[] = {
	{"Public key ab:cd blacklisted (see ssh-vulnkey(1))",
	 "reject key.restricted"},
	{"Public key ab:cd from 203.0.113.5 blacklisted (see ssh-vulnkey(1))",
	 "reject key.restricted from=203.0.113.5"},
	{"error: Unsafe AuthorizedKeysCommand \"/usr/bin/keys\": bad ownership "
	 "or modes for directory /usr/bin",
	 "reject key.file rule=/usr/bin/keys:0 (directory /usr/bin)"},
	{"/home/bob/.ssh/authorized_keys:12: Authentication tried for bob "
	 "with correct key but not from a permitted host "
	 "(host=host.example.net, ip=203.0.113.5, required=192.0.2.0/24).",
	 "reject key.restricted from=203.0.113.5 user=bob "
	 "rule=/home/bob/.ssh/authorized_keys:12"},
	{"Authentication tried for bob with correct key but not from a "
	 "permitted host (host=203.0.113.5, ip=203.0.113.5).",
	 "reject key.restricted from=203.0.113.5 user=bob"},
	{"/home/bob/.ssh/authorized_keys:3: Authentication tried for bob "
	 "with valid certificate but not from a permitted source address "
	 "(203.0.113.5).",
	 "reject key.restricted from=203.0.113.5 user=bob "
	 "rule=/home/bob/.ssh/authorized_keys:3"},
	{"Authentication tried for bob with valid certificate but not from "
	 "a permitted host (ip=203.0.113.5).",
	 "reject key.restricted from=203.0.113.5 user=bob"},
	{"error: Refused by key options", "again key.restricted"},
	{"error: Refused by certificate options", "again key.restricted"},
	{"error: Authentication key RSA SHA256:abc revoked by file "
	 "/etc/ssh/revoked",
	 "reject key.restricted rule=/etc/ssh/revoked:0"},
	{"Authentication refused: bad ownership or modes for directory "
	 "/home/bob",
	 "reject key.file rule=/home/bob:0"},
	{"Authentication refused: bad ownership or modes for file "
	 "/home/bob/.ssh/authorized_keys",
	 "reject key.file rule=/home/bob/.ssh/authorized_keys:0"},
	{"Authentication refused: realpath /home/bob/.ssh failed: "
	 "Permission denied",
	 "reject key.file rule=/home/bob/.ssh:0 (Permission denied)"},
	{"User 'bob' authorized keys '/home/bob/.ssh/authorized_keys' is "
	 "not a regular file",
	 "reject key.file user=bob rule=/home/bob/.ssh/authorized_keys:0"},
};

static const struct message_row server[] = {
	{"fatal: Missing privilege separation directory: /run/sshd",
	 "reject server.privsep rule=/run/sshd:0"},
	{"fatal: /run/sshd must be owned by root and not group or "
	 "world-writable.",
	 "reject server.privsep rule=/run/sshd:0"},
	{"fatal: Privilege separation user sshd does not exist",
	 "reject server.privsep"},
	{"fatal: chroot(\"/run/sshd\"): No such file or directory [preauth]",
	 "reject server.privsep (No such file or directory)"},
	{"fatal: chroot(\"/srv/sftp\"): Operation not permitted",
	 "reject server.chroot rule=/srv/sftp:0 (Operation not permitted)"},
	{"fatal: bad ownership or modes for chroot directory component "
	 "\"/srv/\" [postauth]",
	 "reject server.chroot rule=/srv/:0"},
	{"fatal: bad ownership or modes for chroot directory \"/srv/sftp\"",
	 "reject server.chroot rule=/srv/sftp:0"},
	{"error: Unable to load host key: /etc/ssh/ssh_host_rsa_key",
	 "fact server.host-keys rule=/etc/ssh/ssh_host_rsa_key:0"},
	{"error: Could not load host key: /etc/ssh/ssh_host_dsa_key",
	 "fact server.host-keys rule=/etc/ssh/ssh_host_dsa_key:0"},
	{"sshd: no hostkeys available -- exiting.", "reject server.host-keys"},
	{"fatal: mm_answer_sign: no hostkey from index 2 [preauth]",
	 "reject server.host-keys n=2"},
	{"error: fork: Resource temporarily unavailable",
	 "reject server.resources (Resource temporarily unavailable)"},
	{"fatal: fork of unprivileged child failed", "reject server.resources"},
	{"error: reexec socketpair: Too many open files",
	 "reject server.resources (Too many open files)"},
	{"error: server_accept_loop: pipe(startup_p): Too many open files",
	 "reject server.resources (Too many open files)"},
	{"error: accept: Too many open files",
	 "fact server.resources (Too many open files)"},
	{"error: rexec of /usr/sbin/sshd failed: No such file or directory",
	 "fact server.crash rule=/usr/sbin/sshd:0 (No such file or directory)"},
	{"fatal: rexec of /usr/lib/openssh/sshd-session failed: No such "
	 "file or directory",
	 "reject server.crash rule=/usr/lib/openssh/sshd-session:0 (No such "
	 "file or directory)"},
	{"fatal: privsep_preauth: exec of /usr/lib/openssh/sshd-auth "
	 "failed: No such file or directory",
	 "reject server.crash rule=/usr/lib/openssh/sshd-auth:0 (No such "
	 "file or directory)"},
	{"error: mm_reap: preauth child terminated by signal 31",
	 "again server.crash n=31"},
	{"error: mm_reap: child terminated by signal 31",
	 "again server.crash n=31"},
	{"Session process 4123 unpriv child crash for connection from "
	 "203.0.113.5 to 192.0.2.1",
	 "reject server.crash from=203.0.113.5 on=192.0.2.1 pid=4123"},
	{"error: session process 4123 for connection from 203.0.113.5 to "
	 "192.0.2.1 killed by signal 11",
	 "reject server.crash from=203.0.113.5 on=192.0.2.1 n=11 pid=4123"},
	{"error: /etc/ssh/sshd_config: line 12: Bad configuration option: Foo",
	 "fact server.config rule=/etc/ssh/sshd_config:12 (Bad "
	 "configuration option: Foo)"},
	{"/etc/ssh/sshd_config line 12: Deprecated option Foo",
	 "fact server.config rule=/etc/ssh/sshd_config:12 (Deprecated "
	 "option Foo)"},
	{"fatal: /etc/ssh/sshd_config: terminating, 2 bad configuration "
	 "options",
	 "fact server.config rule=/etc/ssh/sshd_config:0 n=2"},
	{"fatal: rexec: terminating, 1 bad configuration options",
	 "reject server.config n=1"},
	{"error: Bind to port 22 on 0.0.0.0 failed: Address already in use.",
	 "fact server.not-listening (Address already in use.)"},
	{"fatal: Cannot bind any address.", "fact server.not-listening"},
	{"error: no more sessions", "reject limit.sessions"},
	{"fatal: linux_audit_write_entry failed: Operation not permitted",
	 "reject server.resources (Operation not permitted)"},
};

static const struct message_row context[] = {
	{"Connection from 203.0.113.5 port 51234 on 192.0.2.1 port 22 "
	 "rdomain \"\"",
	 "context  from=203.0.113.5,51234 on=192.0.2.1,22"},
	{"Connection from 203.0.113.5 port 51234 on 192.0.2.1 port 22",
	 "context  from=203.0.113.5,51234 on=192.0.2.1,22"},
	{"Failed password for root from 203.0.113.5 port 51234 ssh2",
	 "context config.root-login from=203.0.113.5,51234 user=root"},
	{"error: PAM: Authentication failure for root from 203.0.113.5",
	 "context config.root-login from=203.0.113.5 user=root"},
	{"error: PAM: Authentication failure for alice from 203.0.113.5",
	 "context  from=203.0.113.5 user=alice"},
	{"Failed password for invalid user bob from 203.0.113.5 port 51234 "
	 "ssh2",
	 "context  from=203.0.113.5,51234 unknown=bob"},
	{"Failed publickey for bob from 2001:db8::5 port 51234 ssh2: RSA "
	 "SHA256:abc",
	 "context  from=2001:db8::5,51234 user=bob"},
	{"Accepted publickey for bob from 203.0.113.5 port 51234 ssh2: RSA "
	 "SHA256:abc",
	 "context  from=203.0.113.5,51234 user=bob"},
	{"Invalid user  from 203.0.113.5 port 51234",
	 "context  from=203.0.113.5,51234"},
	{"Connection closed by authenticating user bob 203.0.113.5 port "
	 "51234 [preauth]",
	 "context  from=203.0.113.5,51234 user=bob"},
	{"Connection closed by 203.0.113.5 [preauth]",
	 "context  from=203.0.113.5"},
	{"Connection reset by 203.0.113.5 port 51234",
	 "context  from=203.0.113.5,51234"},
	{"Disconnected from invalid user bob 203.0.113.5 port 51234 [preauth]",
	 "context  from=203.0.113.5,51234 unknown=bob"},
	{"Received disconnect from 203.0.113.5 port 51234:11: Bye Bye "
	 "[preauth]",
	 "context  from=203.0.113.5,51234"},
	{"Received disconnect from 203.0.113.5: 11: Bye Bye [preauth]",
	 "context  from=203.0.113.5"},
	{"error: Received disconnect from 203.0.113.5: 2: Too many "
	 "authentication failures [preauth]",
	 "context  from=203.0.113.5"},
	{"Did not receive identification string from 203.0.113.5 port 51234",
	 "context  from=203.0.113.5,51234"},
	{"Did not receive identification string from UNKNOWN port 65535",
	 "context "},
	{"pam_unix(sshd:auth): authentication failure; logname= uid=0 "
	 "euid=0 tty=ssh ruser= rhost=203.0.113.5  user=root",
	 "context  from=203.0.113.5 user=root"},
	{"pam_unix(sshd:auth): authentication failure; logname= uid=0 "
	 "euid=0 tty=ssh ruser=bob rhost=203.0.113.5 ",
	 "context  from=203.0.113.5"},
	{"pam_sss(sshd:auth): authentication failure; logname= uid=0 euid=0 "
	 "tty=ssh ruser= rhost=203.0.113.5 user=bob",
	 "context  from=203.0.113.5 user=bob"},
	{"PAM 5 more authentication failures; logname= uid=0 euid=0 tty=ssh "
	 "ruser= rhost=203.0.113.5  user=root",
	 "context  from=203.0.113.5 user=root n=5"},
	{"PAM 1 more authentication failure; logname= uid=0 euid=0 tty=ssh "
	 "ruser= rhost=203.0.113.5 ",
	 "context  from=203.0.113.5 n=1"},
	{"error: PAM: Authentication failure for bob from 203.0.113.5",
	 "context  from=203.0.113.5 user=bob"},
	{"error: PAM: authentication error for bob from 203.0.113.5 via "
	 "192.0.2.1",
	 "context  from=203.0.113.5 user=bob"},
	{"error: PAM: User not known to the underlying authentication module "
	 "for illegal user bob from host.example.net",
	 "context  unknown=bob"},
	{"Postponed keyboard-interactive for invalid user bob from "
	 "203.0.113.5 port 51234 ssh2 [preauth]",
	 "context  from=203.0.113.5,51234 unknown=bob"},
	{"Failed password for root from 203.0.113.5 port 51234 ssh1",
	 "context  from=203.0.113.5,51234 user=root"},
	{"Failed keyboard-interactive for <invalid username> from "
	 "203.0.113.5 port 51234 ssh2",
	 "context  from=203.0.113.5,51234 unknown="},
	{"reverse mapping checking getaddrinfo for a.example.net "
	 "[203.0.113.5] failed - POSSIBLE BREAK-IN ATTEMPT!",
	 "context  from=203.0.113.5"},
	{"Address 203.0.113.5 maps to a.example.net, but this does not map "
	 "back to the address - POSSIBLE BREAK-IN ATTEMPT!",
	 "context  from=203.0.113.5"},
	{"Starting session: shell on pts/0 for bob from 203.0.113.5 port "
	 "51234 id 0",
	 "context  from=203.0.113.5,51234 user=bob"},
	{"Close session: user bob from 203.0.113.5 port 51234 id 0",
	 "context  from=203.0.113.5,51234 user=bob"},
};

static const struct message_row silent[] = {
	{"", "-"},
	{" ", "-"},
	{"%", "-"},
	{"/", "-"},
	{"fatal: ", "-"},
	{"Server listening on 0.0.0.0 port 22.", "-"},
	{"Received signal 15; terminating.", "-"},
	{"input_userauth_request: invalid user bob [preauth]", "-"},
	{"Nasty PTR record \"192.0.2.1\" is set up for 203.0.113.5, ignoring",
	 "-"},
	{"error: kex protocol error: type 20 seq 2 [preauth]", "-"},
	{"dispatch_protocol_error: type 90 seq 4", "-"},
	{"SSH: Server;Ltype: Version;Remote: 203.0.113.5-51234;Protocol: 2.0;"
	 "Client: x",
	 "-"},
	{"subsystem request for netconf by user bob failed, subsystem not "
	 "found",
	 "-"},
	{"error: connect_to 192.0.2.1 port 25: failed.", "-"},
	{"pam_systemd(sshd:session): Failed to create session: Access denied",
	 "-"},
	{"Read error from remote host 203.0.113.5: Connection reset by peer",
	 "-"},
	{"error: kex_exchange_identification: Connection closed by remote host",
	 "-"},
	{"error: kex_exchange_identification: read: Connection reset by peer",
	 "-"},
	{"fatal: Read from socket failed: Connection reset by peer [preauth]",
	 "-"},
	{"fatal: Write failed: Broken pipe", "-"},
	{"pam_unix(sshd:session): session opened for user bob(uid=1000) by "
	 "(uid=0)",
	 "-"},
	{"subsystem request for sftp by user bob", "-"},
	{"fatal: monitor_read: unpermitted request 104", "-"},
	{"Timeout, client not responding from user bob 203.0.113.5 port 51234",
	 "-"},
	{"User child is on pid 4123", "-"},
	{"drop connection #10 from [203.0.113.5]:51234 on [192.0.2.1]:22 "
	 "past MaxStartups and more",
	 "-"},
	{"drop connection #10 from [a b]:51234 on [192.0.2.1]:22 past "
	 "MaxStartups",
	 "-"},
};

static const struct message_row hostile[] = {
	{"Disconnecting authenticating user a 9.9.9.9 port 99: Change of "
	 "username or service not allowed: (b 203.0.113.5 port 51234: bad "
	 "service request c [preauth]",
	 "-"},
	{"Invalid user User root from 9.9.9.9 not allowed because listed in "
	 "DenyUsers from 203.0.113.5 port 51234",
	 "context  from=203.0.113.5,51234 user=User root from 9.9.9.9 not "
	 "allowed because listed in DenyUsers"},
	{"Invalid user a from 9.9.9.9 port 99 from 203.0.113.5 port 51234",
	 "context  from=203.0.113.5,51234 user=a from 9.9.9.9 port 99"},
	{"Failed password for invalid user a from 9.9.9.9 port 99 ssh2 from "
	 "203.0.113.5 port 51234 ssh2",
	 "context  from=203.0.113.5,51234 unknown=a from 9.9.9.9 port 99 ssh2"},
	{"Failed publickey for invalid user a from 9.9.9.9 port 99 ssh2: x "
	 "from 203.0.113.5 port 51234 ssh2: RSA-CERT ID y (serial 0) CA RSA "
	 "z",
	 "-"},
	{"error: maximum authentication attempts exceeded for invalid user "
	 "a from 9.9.9.9 port 99 ssh2 from 203.0.113.5 port 51234 ssh2 "
	 "[preauth]",
	 "reject config.max-auth-tries from=203.0.113.5,51234 unknown=a "
	 "from 9.9.9.9 port 99 ssh2"},
	{"administratively prohibited connection for a from 9.9.9.9 port 99 "
	 "from 203.0.113.5 port 51234",
	 "reject config.refuse-connection from=203.0.113.5,51234 user=a "
	 "from 9.9.9.9 port 99"},
	{"Bad protocol version identification 'a' from 9.9.9.9 port 99' "
	 "from 203.0.113.5 port 51234",
	 "reject protocol.banner from=203.0.113.5,51234 (a' from 9.9.9.9 "
	 "port 99)"},
	{"Bad protocol version identification 'refused connect from 9.9.9.9 "
	 "(9.9.9.9)' from 203.0.113.5 port 51234",
	 "reject protocol.banner from=203.0.113.5,51234 (refused connect "
	 "from 9.9.9.9 (9.9.9.9))"},
	{"error: kex_exchange_identification: client sent invalid protocol "
	 "identifier \"a\" from 9.9.9.9\"",
	 "reject protocol.banner (a\" from 9.9.9.9)"},
	{"Unable to negotiate with 203.0.113.5 port 51234: no matching "
	 "cipher found. Their offer: a 9.9.9.9 port 99: no matching MAC "
	 "found. Their offer: b",
	 "reject protocol.no-common-algorithm from=203.0.113.5,51234 (no "
	 "matching cipher found. Their offer: a 9.9.9.9 port 99: no "
	 "matching MAC found. Their offer: b)"},
	{"Unable to negotiate with user a 9.9.9.9 port 99: no matching "
	 "cipher found. Their offer: b 203.0.113.5 port 51234: no matching "
	 "cipher found. Their offer: c",
	 "-"},
	{"Disconnecting authenticating user a 9.9.9.9 port 99: Too many "
	 "authentication failures 203.0.113.5 port 51234: Too many "
	 "authentication failures [preauth]",
	 "-"},
	{"Disconnecting authenticating user a 203.0.113.5 port 51234: "
	 "Change of username or service not allowed: (a,b) -> (c 9.9.9.9 "
	 "port 99: Change of username or service not allowed: ,d) [preauth]",
	 "-"},
	{"Disconnecting 203.0.113.5 port 51234: bad service request a "
	 "9.9.9.9 port 99: Too many authentication failures [preauth]",
	 "reject protocol.corrupt from=203.0.113.5,51234"},
	{"Disconnecting authenticating user bob 203.0.113.5 port 51234: bad "
	 "service request a 9.9.9.9 port 99: Too many authentication "
	 "failures [preauth]",
	 "-"},
	{"Connection closed by authenticating user a 9.9.9.9 port 99 "
	 "203.0.113.5 port 51234 [preauth]",
	 "context  from=203.0.113.5,51234 user=a 9.9.9.9 port 99"},
	{"Received disconnect from 203.0.113.5 port 51234:11: from 9.9.9.9 "
	 "port 99 [preauth]",
	 "context  from=203.0.113.5,51234"},
	{"refused connect from a (9.9.9.9)@host.example.net (203.0.113.5)",
	 "reject wrapper.deny from=203.0.113.5"},
	{"refused connect from a (9.9.9.9)@203.0.113.5",
	 "reject wrapper.deny from=203.0.113.5"},
	{"refused connect from 9.9.9.9.evil.example", "reject wrapper.deny"},
	{"twist 9.9.9.9 to a@203.0.113.5 to /bin/echo",
	 "reject wrapper.twist (a@203.0.113.5 to /bin/echo)"},
	{"error: PAM: User account has expired for a from 9.9.9.9 from "
	 "203.0.113.5",
	 "reject account.pam from=203.0.113.5 user=a from 9.9.9.9"},
	{"pam_access(sshd:auth): access denied for user `a' from `9.9.9.9' "
	 "from `203.0.113.5'",
	 "reject account.pam from=203.0.113.5 user=a' from `9.9.9.9"},
	{"fatal: Access denied for user a by PAM account configuration by "
	 "PAM account configuration",
	 "reject account.pam user=a by PAM account configuration"},
	{"pam_unix(sshd:auth): authentication failure; logname= uid=0 "
	 "euid=0 tty=ssh ruser= rhost=203.0.113.5  user=a ruser= "
	 "rhost=9.9.9.9",
	 "context  from=203.0.113.5 user=a ruser= rhost=9.9.9.9"},
	{"error: PAM: Authentication failure for a from 9.9.9.9 via 9.9.9.8 "
	 "from 203.0.113.5",
	 "context  from=203.0.113.5 user=a from 9.9.9.9 via 9.9.9.8"},
	{"error: PAM: Authentication failure for a for b from 203.0.113.5",
	 "-"},
	{"error: PAM: Authentication failure for illegal user x: User account "
	 "has expired for root from 203.0.113.5",
	 "-"},
	{"User a from 9.9.9.9 not allowed because listed in DenyUsers from "
	 "203.0.113.5 not allowed because not listed in AllowUsers",
	 "reject config.allow-user from=203.0.113.5 user=a from 9.9.9.9 not "
	 "allowed because listed in DenyUsers"},
	{"User a from 9.9.9.9.evil.example not allowed because listed in "
	 "DenyUsers",
	 "reject config.deny-user user=a"},
	{"/home/bob/.ssh/authorized_keys:12: Authentication tried for bob "
	 "with correct key but not from a permitted host (host=a, "
	 "ip=203.0.113.5, required=b with correct key but not from a "
	 "permitted host (host=a, ip=9.9.9.9, required=c).",
	 "-"},
	{"message repeated 2 times: [ Invalid user ] a from 203.0.113.5 "
	 "port 51234]",
	 "context  from=203.0.113.5,51234 user=] a count=2"},
	{"message repeated 99999999999 times: [ no more sessions]", "-"},
	{"Invalid user a [preauth] from 203.0.113.5 port 51234",
	 "context  from=203.0.113.5,51234 user=a [preauth]"},
	{"Connection from a b 9.9.9.9 port 99: invalid format", "-"},
};

static const struct message_row units[] = {
	{"ssh.socket: Too many incoming connections (64), dropping connection.",
	 "reject limit.socket-unit n=64"},
	{"ssh.socket: Too many incoming connections (8) from source "
	 "203.0.113.5, dropping connection.",
	 "reject limit.socket-unit from=203.0.113.5 n=8"},
	{"sshd.socket: Too many incoming connections (8) from source "
	 "2001:db8::5, dropping connection.",
	 "reject limit.socket-unit from=2001:db8::5 n=8"},
	{"ssh.socket: Too many incoming connections (64)",
	 "reject limit.socket-unit n=64"},
	{"ssh.socket: Trigger limit hit, refusing further activation.",
	 "reject limit.socket-unit"},
};

#endif
