/* The paths of lib/deliver.c are set for this program to where it is built. */

#include "sw_test.h"

#include "sshwhy/deliver.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW UINT64_C(100000000000) /* ns */

static struct sw_state state;
static struct sw_spill spill;
static int listening;

static int remove_all(void **unused SW_UNUSED)
{
	sw_state_close(&state);
	sw_spill_close(&spill);
	(void)unlink(SW_PATH_STATE);
	(void)unlink(SW_PATH_SPILL);
	(void)unlink(SW_PATH_SOCKET);
	(void)rmdir(SW_PATH_RUN_DIR);
	(void)rmdir(SW_RUNSTATEDIR);
	return 0;
}

/* A recorder's files and socket, as root's; its last beat is NOW. */
static int make_all(void **unused)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	if (geteuid() != 0)
		return 0;
	(void)remove_all(unused);
	if (mkdir(SW_RUNSTATEDIR, 0755) != 0 ||
	    sw_state_open(SW_PATH_STATE, 0, &state) != SW_OK ||
	    sw_spill_open(SW_PATH_SPILL, 0, true, &spill) != SW_OK)
		return -1;
	sw_state_beat(&state, NOW);
	memcpy(sa.sun_path, SW_PATH_SOCKET, sizeof(SW_PATH_SOCKET));
	listening = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (bind(listening, (struct sockaddr *)&sa, sizeof(sa)) != 0)
		return -1;
	return listen(listening, 4);
}

static int end_all(void **unused)
{
	if (geteuid() == 0)
		(void)close(listening);
	return remove_all(unused);
}

static struct sw_fact sample(uint16_t flags)
{
	struct sw_fact fact;

	sw_fact_init(&fact, SW_FACT_LOG, 1, getpid());
	fact.flags = flags;
	sw_fact_set_text(&fact, "text");
	return fact;
}

static void needs_root(void)
{
	if (geteuid() != 0)
		skip();
}

static unsigned int in_the_ring(void)
{
	struct sw_fact fact;
	unsigned int count = 0;

	while (sw_spill_take(&spill, &fact) == SW_SPILL_FACT)
		count++;
	return count;
}

static void where_a_fact_goes(void **unused SW_UNUSED)
{
	static const struct {
		uint16_t flags;
		bool stale;
		enum sw_delivery delivery;
		unsigned int kept;
		uint64_t offered;
	} rows[] = {
		{0, false, SW_DELIVERY_SENT, 0, 0},
		{0, true, SW_DELIVERY_NOBODY, 0, 0},
		{SW_FACT_COUNTED, false, SW_DELIVERY_KEPT, 1, 1},
		{SW_FACT_COUNTED, true, SW_DELIVERY_NOBODY, 0, 1},
		{SW_FACT_LISTENER, false, SW_DELIVERY_KEPT, 1, 0},
		/* It cannot write a record itself: it hopes for a recorder. */
		{SW_FACT_LISTENER, true, SW_DELIVERY_KEPT, 1, 0},
		{SW_FACT_LISTENER | SW_FACT_COUNTED, true, SW_DELIVERY_KEPT, 1,
		 1},
	};

	needs_root();
	for (size_t i = 0; i < SW_ROWS(rows); i++) {
		struct sw_courier courier = SW_COURIER_INIT;
		struct sw_fact fact = sample(rows[i].flags);
		uint64_t now = NOW + (rows[i].stale ? SW_STATE_STALE : 0);
		uint64_t before = sw_state_offered(&state);
		enum sw_delivery got;

		errno = EXDEV;
		got = sw_courier_deliver(&courier, &fact, now);
		assert_int_equal(errno, EXDEV);
		if (got != rows[i].delivery || in_the_ring() != rows[i].kept ||
		    sw_state_offered(&state) - before != rows[i].offered)
			fail_msg("row %zu: delivery %d", i, (int)got);
		sw_courier_close(&courier);
	}
}

static void a_full_ring_leaves_the_socket(void **unused SW_UNUSED)
{
	struct sw_courier courier = SW_COURIER_INIT;
	struct sw_fact fact = sample(SW_FACT_COUNTED);

	needs_root();
	while (sw_spill_push(&spill, &fact) == SW_OK)
		;
	assert_int_equal(sw_courier_deliver(&courier, &fact, NOW),
			 SW_DELIVERY_SENT);
	/* And when that is full, too, nobody has it, and nobody waits. */
	while (sw_courier_deliver_now(&courier, &fact) == SW_DELIVERY_SENT)
		;
	assert_int_equal(sw_courier_deliver_now(&courier, &fact),
			 SW_DELIVERY_NOBODY);
	assert_int_equal(in_the_ring(), SW_SPILL_SLOTS);
	sw_courier_close(&courier);
}

static void only_the_channel_is_an_open_descriptor(void **unused SW_UNUSED)
{
	struct sw_courier courier = SW_COURIER_INIT;

	needs_root();
	sw_courier_open(&courier, NOW);
	assert_true(courier.channel.fd >= 0);
	assert_non_null(courier.state.map);
	assert_non_null(courier.spill.map);
	assert_int_equal(courier.state.fd, -1);
	assert_int_equal(courier.spill.fd, -1);
	sw_courier_close(&courier);
	assert_int_equal(courier.channel.fd, -1);
	assert_null(courier.state.map);
}

/* Touching what was mapped would be its end by a signal, were it there. */
static void a_child_has_no_mapping_of_its_parents(void **unused SW_UNUSED)
{
	struct sw_courier courier = SW_COURIER_INIT;
	struct sw_fact fact = sample(SW_FACT_COUNTED);
	uint64_t before;
	int status;
	pid_t pid;

	needs_root();
	before = sw_state_offered(&state);
	sw_courier_open(&courier, NOW);
	pid = fork();
	if (pid == 0) {
		/* As the user's process of a session does. */
		if (setresuid(65534, 65534, 65534) != 0)
			_exit(2);
		if (sw_courier_deliver(&courier, &fact, NOW) !=
			    SW_DELIVERY_SENT ||
		    (fact.flags & SW_FACT_COUNTED) != 0 ||
		    courier.state.map != NULL || courier.spill.map != NULL)
			_exit(1);
		sw_courier_close(&courier);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(sw_state_offered(&state), before);
	assert_int_equal(in_the_ring(), 0);
	sw_courier_close(&courier);
}

static void a_forked_root_process_opens_its_own(void **unused SW_UNUSED)
{
	struct sw_courier courier = SW_COURIER_INIT;
	struct sw_fact fact = sample(SW_FACT_COUNTED);
	int status;
	pid_t pid;

	needs_root();
	sw_courier_open(&courier, NOW);
	pid = fork();
	if (pid == 0)
		_exit(sw_courier_deliver(&courier, &fact, NOW) ==
				      SW_DELIVERY_KEPT
			      ? 0
			      : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(in_the_ring(), 1);
	sw_courier_close(&courier);
}

static void nobody_but_root_opens_anything(void **unused SW_UNUSED)
{
	struct sw_courier courier = SW_COURIER_INIT;
	struct sw_fact fact = sample(SW_FACT_COUNTED);

	if (geteuid() == 0)
		assert_int_equal(seteuid(65534), 0);
	assert_int_equal(sw_courier_deliver(&courier, &fact, NOW),
			 SW_DELIVERY_NOBODY);
	assert_int_equal(courier.channel.fd, -1);
	assert_null(courier.state.map);
	assert_int_equal(fact.flags & SW_FACT_COUNTED, 0);
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(where_a_fact_goes, make_all,
						end_all),
		cmocka_unit_test_setup_teardown(a_full_ring_leaves_the_socket,
						make_all, end_all),
		cmocka_unit_test_setup_teardown(
			only_the_channel_is_an_open_descriptor, make_all,
			end_all),
		cmocka_unit_test_setup_teardown(
			a_child_has_no_mapping_of_its_parents, make_all,
			end_all),
		cmocka_unit_test_setup_teardown(
			a_forked_root_process_opens_its_own, make_all, end_all),
		cmocka_unit_test(nobody_but_root_opens_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
