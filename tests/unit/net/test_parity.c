/* A narrow VGG-11 against PyTorch's logits, gradients and running statistics
 * (tests/parity/make_vgg.py). What five optimiser steps make of it is test_train's. */
#include <math.h>
#include <stdlib.h>

#include "tests/unit/net/test_net.h"
#include "tests/unit/parity.h"

START_TEST(first_step_is_pytorchs)
{
    struct parity parity = parity_open();
    struct net *net = parity.net;
    int right;
    double loss;
    net_forward(net, parity.x, PARITY_IMAGES, true);
    loss = net_loss(net, parity.labels, PARITY_IMAGES, true, &right) / PARITY_IMAGES;
    net_backward(net, parity.x, PARITY_IMAGES);
    parity_assert_logits(&parity, 1e-5);
    for (int t = 0; net->tensor[t].role < ROLE_RUNNING_MEAN; t++)
        parity_assert(&parity, net->tensor[t].name, net->gradient + net->tensor[t].offset,
                      net->tensor[t].count, 2e-5);
    ck_assert_double_eq_tol(loss, (double)*parity.answer, 1e-6);
    parity_close(&parity);
}
END_TEST

TCase *parity_case(void)
{
    TCase *tcase = tcase_create("parity");
    tcase_add_test(tcase, first_step_is_pytorchs);
    return tcase;
}
