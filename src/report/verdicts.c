#include "report/verdicts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/statistics.h"

static int check_images(const struct verdict_row *first, const struct verdict_row *second,
                        const struct verdict_sum *sum, struct error *err)
{
    bool same = text_equal(first->data, second->data) && first->images == second->images;
    if (same && (!sum || !sum->pairs || text_equal(sum->data, first->data)))
        return 0;
    return error_set(err, ERROR_DATA, "runs %lld and %lld were measured on different images",
                     (long long)first->run, (long long)second->run);
}

int verdicts_compare(const struct verdict_row *first, const struct verdict_row *second,
                     struct verdict_pair *pair, struct verdict_sum *sum, struct error *err)
{
    int count[4] = {0};
    int code = check_images(first, second, sum, err);
    if (code)
        return code;
    if (sum && !sum->pairs) {
        sum->images = first->images;
        sum->difference = NEW(int, first->images);
        memcpy(sum->data, first->data, sizeof sum->data);
    }
    for (int i = 0; i < first->images; i++) {
        bool a = verdict_of(first, i), b = verdict_of(second, i);
        count[2 * a + b]++;
        if (sum)
            sum->difference[i] += a - b;
    }
    if (sum)
        sum->pairs++;
    *pair = (struct verdict_pair){first->images, count[3], count[2], count[1], count[0], 0};
    const int discordant[2] = {0, count[1] + count[2]};
    pair->p = signs_p(discordant, 1, count[2] - count[1]);
    return 0;
}

double verdicts_combined_p(const struct verdict_sum *sum)
{
    if (!sum->pairs)
        return (double)NAN;
    int *count = NEW(int, sum->pairs + 1);
    int64_t total = 0;
    for (int i = 0; i < sum->images; i++) {
        count[abs(sum->difference[i])]++;
        total += sum->difference[i];
    }
    double p = signs_p(count, sum->pairs, total);
    free(count);
    return p;
}

void verdict_sum_done(struct verdict_sum *sum)
{
    free(sum->difference);
    *sum = (struct verdict_sum){0};
}
