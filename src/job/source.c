#include <stdlib.h>
#include <string.h>

#include "data/split.h"
#include "job/job.h"

int job_open_data(const struct run_row *row, const char *spec, struct data_set **set,
                  struct error *err)
{
    *set = NULL;
    if (!spec && !row->data_spec)
        return error_set(err, ERROR_DATA, "run %lld: has no data set", (long long)row->id);
    int code = data_open(spec, row->data_spec, set, err);
    if (code || !row->data_checksum || strcmp((*set)->checksum, row->data_checksum) == 0)
        return code;
    data_close(*set);
    *set = NULL;
    return error_set(err, ERROR_DATA, "%s: is not the data that run %lld was trained on",
                     spec ? spec : row->data_spec, (long long)row->id);
}

int job_check_data(const struct net_spec *spec, const struct data_set *set, struct error *err)
{
    if (spec->classes == set->classes && spec->channels == set->channels)
        return 0;
    return error_set(err, ERROR_DATA, "%s: has %d classes and %d channels, the network %d and %d",
                     set->spec, set->classes, set->channels, spec->classes, spec->channels);
}

int64_t job_import_validation(const struct data_set *set)
{
    struct config config;
    config_init(&config);
    int64_t standard = config.val;
    config_done(&config);
    return set->train.count > standard ? standard : 0;
}

int job_images(const struct data_set *set, const struct config *config, const char *split,
               struct job_images *images, struct error *err)
{
    *images = (struct job_images){0};
    if (!split)
        split = config->val > 0 ? "val" : "test";
    if (strcmp(split, "test") == 0) {
        *images =
            (struct job_images){.part = &set->test, .count = set->test.count, .split = "test"};
        return 0;
    }
    bool validation = strcmp(split, "val") == 0;
    if (!validation && strcmp(split, "train") != 0)
        return error_set(err, ERROR_USAGE, "split '%s': must be val, test or train", split);
    if (validation && config->val == 0)
        return error_set(err, ERROR_USAGE, "split 'val': the run held no images out (--val 0)");
    struct data_split lists;
    int code = split_make(set, (int)config->val, (int)config->train_limit, &lists, err);
    if (code)
        return code;
    images->part = &set->train;
    images->split = validation ? "val" : "train";
    images->count = validation ? lists.validation_count : lists.train_count;
    images->indices = validation ? lists.validation : lists.train;
    *(validation ? &lists.validation : &lists.train) = NULL;
    split_done(&lists);
    return 0;
}

void job_images_done(struct job_images *images)
{
    free(images->indices);
    *images = (struct job_images){0};
}
