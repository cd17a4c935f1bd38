#include "job/verdict.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* SHA-256 of the data's checksum, the split and the images' places in it. */
static void hash_images(const struct data_set *set, const struct job_images *images,
                        char hash[HASH_TEXT])
{
    struct text text = {0};
    text_add(&text, "slimscope images\ndata=%s\nsplit=%s\nimages=%d\n", set->checksum,
             images->split, images->count);
    for (int i = 0; images->indices && i < images->count; i++) {
        uint32_t index = htole32(images->indices[i]);
        text_add_bytes(&text, (const char *)&index, sizeof index);
    }
    hash_bytes(text_get(&text), text.length, hash);
    text_done(&text);
}

void verdict_fill(struct verdict_row *row, const char *hash, int64_t run, int epoch,
                  const struct data_set *set, const struct job_images *images,
                  struct evaluation *result)
{
    *row = (struct verdict_row){
        .run = run,
        .epoch = epoch,
        .images = result->images,
        .correct = result->right,
        .verdicts = result->verdicts,
    };
    memcpy(row->hash, hash, sizeof row->hash);
    snprintf(row->split, sizeof row->split, "%s", images->split);
    hash_images(set, images, row->data);
    result->verdicts = NULL;
}
