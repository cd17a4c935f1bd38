#include "job/checkpoint.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "format/safetensors.h"

static int write_views(struct store *store, const struct tensor_view *views, int count,
                       struct checkpoint_row *row, struct error *err)
{
    int code = file_make_folder(store_folder(store), err);
    if (code)
        return code;
    char *path = memory_print("%s/%s", store_folder(store), row->file);
    code = safetensors_write(path, views, count, NULL, &row->bytes, row->sha256, err);
    free(path);
    row->created = clock_milliseconds();
    return code;
}

int checkpoint_write_state(struct store *store, int64_t run, struct trainer *trainer,
                           struct checkpoint_row *row, struct error *err)
{
    const struct train_state *state = trainer_state(trainer);
    *row = (struct checkpoint_row){
        .run = run, .epoch = state->epoch - 1, .batch = state->batch, .state = true};
    row->file = memory_print("run-%lld-epoch-%d-batch-%d.state.safetensors", (long long)run,
                             row->epoch, row->batch);
    struct tensor_view *views;
    int count = trainer_views(trainer, &views);
    return write_views(store, views, count, row, err);
}

int checkpoint_write_weights(struct store *store, int64_t run, int epoch, struct net *net,
                             struct checkpoint_row *row, struct error *err)
{
    *row = (struct checkpoint_row){.run = run, .epoch = epoch};
    row->file = memory_print("run-%lld-epoch-%d.safetensors", (long long)run, epoch);
    struct tensor_view *views = NEW(struct tensor_view, net->tensors);
    net_views(net, views);
    int code = write_views(store, views, net->tensors, row, err);
    free(views);
    return code;
}

static int load(struct store *store, const struct checkpoint_row *row,
                const struct tensor_view *views, int count, struct error *err)
{
    char *path = memory_print("%s/%s", store_folder(store), row->file);
    struct safetensors file;
    int code = safetensors_open(path, &file, err);
    free(path);
    if (code)
        return code;
    code = safetensors_load(&file, views, count, false, err);
    if (code)
        error_prefix(err, "%s", row->file);
    safetensors_close(&file);
    return code;
}

int checkpoint_load_weights(struct store *store, const struct checkpoint_row *row, struct net *net,
                            struct error *err)
{
    struct tensor_view *views = NEW(struct tensor_view, net->tensors);
    net_views(net, views);
    int code = load(store, row, views, net->tensors, err);
    free(views);
    return code;
}

static int drop_row(struct store *store, int64_t id, struct error *err)
{
    int code = store_begin(store, err);
    if (!code)
        code = checkpoint_remove(store, id, err);
    return store_end(store, code, err);
}

int checkpoint_restore(struct store *store, int64_t run, struct trainer *trainer, bool *found,
                       struct error *err)
{
    struct checkpoint_row *rows;
    int count;
    *found = false;
    int code = checkpoint_list(store, run, &rows, &count, err);
    if (code)
        return code;
    struct tensor_view *views;
    int tensors = trainer_views(trainer, &views);
    for (int i = count - 1; i >= 0 && !*found && !code; i--) {
        struct error why;
        if (!rows[i].state)
            continue;
        if (load(store, &rows[i], views, tensors, &why) == 0 &&
            trainer_restored(trainer, &why) == 0) {
            *found = true;
        } else {
            log_notice("run %lld: a checkpoint cannot be used, going back to the one before: %s",
                       (long long)run, why.text);
            code = drop_row(store, rows[i].id, err);
        }
    }
    checkpoint_rows_free(rows, count);
    return code;
}

static bool stays(const struct checkpoint_row *row, const struct config *config, int epoch,
                  int batch, int best)
{
    if (row->pinned)
        return true;
    if (row->state) /* the newest, and the last whole epoch while the next is under way */
        return epoch < config->epochs && row->epoch == epoch &&
               (row->batch == batch || row->batch == 0);
    return row->epoch == config->epochs || config_keeps(config, row->epoch, row->epoch == best);
}

int checkpoint_retire(struct store *store, int64_t run, const struct config *config, int epoch,
                      int batch, int best, struct error *err)
{
    struct checkpoint_row *rows;
    int count;
    int code = checkpoint_list(store, run, &rows, &count, err);
    if (code)
        return code;
    for (int i = 0; i < count && !code; i++)
        if (!stays(&rows[i], config, epoch, batch, best))
            code = checkpoint_remove(store, rows[i].id, err);
    checkpoint_rows_free(rows, count);
    return code;
}

static bool named(const struct checkpoint_row *rows, int count, const char *file)
{
    for (int i = 0; i < count; i++)
        if (strcmp(rows[i].file, file) == 0)
            return true;
    return false;
}

void checkpoint_sweep(struct store *store, int64_t run)
{
    struct checkpoint_row *rows;
    int count;
    DIR *folder = opendir(store_folder(store));
    if (!folder)
        return;
    if (checkpoint_list(store, run, &rows, &count, NULL) == 0) {
        char *prefix = memory_print("run-%lld-", (long long)run);
        for (struct dirent *entry; (entry = readdir(folder));)
            if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
                !named(rows, count, entry->d_name))
                unlinkat(dirfd(folder), entry->d_name, 0);
        free(prefix);
        checkpoint_rows_free(rows, count);
    }
    closedir(folder);
}
