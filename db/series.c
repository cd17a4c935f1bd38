/*
 * Which runs are one series.
 *
 * Method: what the runs of a series have in common is a text, the canonical one without the seed.
 * A retraining's names its pruning by a hash, in which the parent's seed is too: in its place
 * stand what the parent's series has in common, and by what amount it was cut. Parents are older
 * than their retrainings, so going by ids every parent's text is there in time; of the texts their
 * hashes are kept, so that a chain of retrainings does not make them grow.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "db/record.h"

struct member {
    const struct run_row *row;
    int at;              /* where the row stands */
    char key[HASH_TEXT]; /* the same for all of a series */
};

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct member *)a)->row->id, y = ((const struct member *)b)->row->id;

    return (x > y) - (x < y);
}

static int by_key(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = strcmp(x->key, y->key);

    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static bool begins(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* `older` are those of smaller ids, whose keys are made. */
static void make_key(struct member *member, const struct member *older, int count)
{
    const struct run_row *row = member->row, parent_row = {.id = row->parent};
    const struct member wanted = {.row = &parent_row};
    const struct member *parent =
        row->parent ? bsearch(&wanted, older, (size_t)count, sizeof *older, by_id) : NULL;
    struct text text = {0};
    size_t length;

    if (parent)
        text_add(&text, "%s %s at epoch %d\n", parent->key, row->amount, row->amount_epoch);
    for (const char *line = row->canonical; *line; line += length) {
        length = strcspn(line, "\n");
        length += line[length] == '\n';
        if (!begins(line, "seed=") && !(parent && begins(line, "pruning=")))
            text_add_bytes(&text, line, length);
    }
    hash_bytes(text_get(&text), text.length, member->key);
    text_done(&text);
}

int run_series(const struct run_row *row, int count, int *series)
{
    struct member *member = NEW(struct member, count + 1);
    int *first = NEW(int, count + 1); /* of the series of each row: where it stands */
    int serieses = 0;

    for (int i = 0; i < count; i++)
        member[i] = (struct member){.row = &row[i], .at = i};
    qsort(member, (size_t)count, sizeof *member, by_id);
    for (int i = 0; i < count; i++)
        make_key(&member[i], member, i);
    qsort(member, (size_t)count, sizeof *member, by_key);
    for (int i = 0; i < count; i++)
        first[member[i].at] = i && text_equal(member[i].key, member[i - 1].key)
                                  ? first[member[i - 1].at]
                                  : member[i].at;
    for (int i = 0; i < count; i++)
        series[i] = first[i] == i ? serieses++ : series[first[i]];
    free(first);
    free(member);
    return serieses;
}
