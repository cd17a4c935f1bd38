/* The parts of test_net. */
#ifndef TESTS_UNIT_NET_TEST_NET_H
#define TESTS_UNIT_NET_TEST_NET_H

#include <check.h>
#include <stdbool.h>

TCase *spec_case(void);
TCase *run_case(bool fast); /* on which engine */

#endif
