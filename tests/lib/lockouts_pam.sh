# lockouts_pam.sh - clients that the modules of PAM lock out. Sourced, POSIX
# shell; behind lockouts.sh.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154

PAM_SERVICE=/etc/pam.d/sshd

# pam_account LINE...: in front of the account line that is there.
pam_account()
{
	serve
	[ -e "$W/pam.sshd" ] || cp "$PAM_SERVICE" "$W/pam.sshd"
	{
		grep '^auth' "$W/pam.sshd"
		printf 'account	%s\n' "$@"
		grep -v '^auth' "$W/pam.sshd"
	} >"$PAM_SERVICE"
	pam_line "$1"
}

# pam_line TEXT: the line that ends in it, as $rule.
pam_line()
{
	rule=$PAM_SERVICE:$(grep -nF -m1 -e "$1" "$PAM_SERVICE" | cut -d: -f1)
}

pam_mended()
{
	cp "$W/pam.sshd" "$PAM_SERVICE"
}

lock_access()
{
	pam_account 'required pam_access.so nodefgroup'
	printf '# Rules of this test.\n-:alice:203.0.113.0/24\n' \
		>/etc/security/access.conf
	rule=/etc/security/access.conf:2
}

unlock_access()
{
	like "$out" "/etc/security/access.conf:2 by $PAM_SERVICE:2" \
		"$title: and the line of PAM that led there"
	: >/etc/security/access.conf
	pam_mended
}

lock_access_all()
{
	pam_account 'required pam_access.so nodefgroup'
	printf '%s\n' '+:root:ALL' '-:ALL EXCEPT (staff):ALL' \
		>/etc/security/access.conf
	rule=/etc/security/access.conf:2
}

unlock_access_all()
{
	: >/etc/security/access.conf
	pam_mended
}

lock_nologin()
{
	pam_account 'required pam_nologin.so'
	echo 'Down for maintenance.' >/etc/nologin
}

unlock_nologin()
{
	rm -f /etc/nologin
	pam_mended
}

lock_time()
{
	pam_account 'required pam_time.so'
	printf '# Never.\nsshd;*;alice|bob;!Al0000-2400\n' \
		>/etc/security/time.conf
	rule=/etc/security/time.conf:2
}

unlock_time()
{
	: >/etc/security/time.conf
	pam_mended
}

lock_listfile()
{
	pam_account \
		'required pam_listfile.so item=user sense=deny file=/etc/ssh/denied onerr=succeed'
	printf 'bob\nalice\n' >/etc/ssh/denied
	rule=/etc/ssh/denied:2
}

unlock_listfile()
{
	pam_mended
}

lock_listfile_allow()
{
	pam_account \
		'required pam_listfile.so item=user sense=allow file=/etc/ssh/allowed onerr=fail'
	printf 'bob\n' >/etc/ssh/allowed
}

unlock_listfile_allow()
{
	pam_mended
}

lock_ingroup()
{
	pam_account 'required pam_succeed_if.so quiet user ingroup staff'
}

unlock_ingroup()
{
	gpasswd -d alice staff >/dev/null 2>&1
	pam_mended
}

lock_uid()
{
	pam_account 'requisite pam_succeed_if.so uid >= 10000'
}

unlock_uid()
{
	pam_mended
}

lock_deny()
{
	pam_account '[success=1 default=ignore] pam_succeed_if.so quiet user = bob' \
		'required pam_deny.so'
	pam_line pam_deny.so
}

unlock_deny()
{
	pam_mended
}

lock_included()
{
	echo 'account required pam_deny.so' >/etc/pam.d/site
	pam_account 'include site'
	rule=/etc/pam.d/site:1
}

unlock_included()
{
	rm /etc/pam.d/site
	pam_mended
}

lock_expired()
{
	pam_account 'required pam_permit.so'
	pam_line 'account	required pam_unix.so'
	chage -E 1 alice
}

unlock_expired()
{
	pam_mended
}

lock_inactive()
{
	pam_account 'required pam_permit.so'
	pam_line 'account	required pam_unix.so'
	chage -d 2020-01-01 -M 30 -I 10 alice
}

unlock_inactive()
{
	chage -d 2022-01-01 -M 99999 -I -1 alice
	pam_mended
}

lock_aged()
{
	pam_account 'required pam_permit.so'
	pam_line 'account	required pam_unix.so'
	chage -d 2020-01-01 -M 30 alice
	lockout_user=alice
}

unlock_aged()
{
	chage -d 2022-01-01 -M 99999 alice
	pam_mended
}

# with_password TEXT: it comes by no key.
with_password()
{
	printf '#!/bin/sh\necho "%s"\n' "$1" >"$W/askpass"
	chmod 0755 "$W/askpass"
	SSH_ASKPASS=$W/askpass SSH_ASKPASS_REQUIRE=force
	export SSH_ASKPASS SSH_ASKPASS_REQUIRE
	clients_way='-o BatchMode=no -o PreferredAuthentications=password
		-o NumberOfPasswordPrompts=1'
}

lock_faillock()
{
	pam_account 'required pam_permit.so'
	mkdir -p /run/faillock
	cat >"$PAM_SERVICE" <<-END
		auth required pam_faillock.so preauth deny=2 nodelay
		auth [success=1 default=ignore] pam_unix.so nodelay
		auth [default=die] pam_faillock.so authfail deny=2 nodelay
		auth required pam_permit.so
		account required pam_unix.so
		session required pam_permit.so
	END
	rule=$PAM_SERVICE:1
	with_password wrong
	enters >/dev/null
	enters >/dev/null
	with_password "$SSHD_PASSWORD"
}

unlock_faillock()
{
	unset SSH_ASKPASS SSH_ASKPASS_REQUIRE
	pam_mended
}

lockouts_pam()
{
	lockout access account.pam pam \
		"REJECTED by PAM's account stack, @   \"-:alice:203" \
		'pam_access'
	lockout access_all account.pam pam \
		"REJECTED by PAM's account stack, @   \"-:ALL EXCEPT " \
		'pam_access, for all'
	lockout nologin account.pam pam \
		"REJECTED by PAM's account stack, @   \"account" 'pam_nologin'
	lockout time account.pam pam \
		"REJECTED by PAM's account stack, @   \"sshd;" 'pam_time'
	lockout listfile account.pam pam \
		"REJECTED by PAM's account stack, @   \"alice\"" 'pam_listfile'
	lockout listfile_allow account.pam pam \
		"REJECTED by PAM's account stack, @   \"account" \
		'pam_listfile, of who may'
	lockout ingroup account.pam pam \
		"REJECTED by PAM's account stack, @   \"account" \
		'pam_succeed_if, a group'
	lockout uid account.pam pam \
		"REJECTED by PAM's account stack, @   \"account" \
		'pam_succeed_if, a uid'
	lockout deny account.pam pam \
		"REJECTED by PAM's account stack, @   \"account" 'pam_deny'
	lockout included account.pam pam \
		"REJECTED by PAM's account stack, @   \"account" \
		'pam_deny in an included file'
	lockout expired account.pam pam \
		"REJECTED by PAM's account stack, @   \"account" \
		'an expired account'
	lockout inactive account.pam pam \
		"REJECTED by PAM's account stack, @   \"account" \
		'an account unused for too long'
	lockout aged - 'config=pass pam=depends session=pass' \
		"UNKNOWN, it depends on PAM's account stack, @   \"account" \
		'an expired password'
	lockout faillock account.locked 'pam=depends' \
		"UNKNOWN, was refused by faillock, @ " 'pam_faillock'
}
