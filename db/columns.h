/*
 * Columns that are members of the same name in a row struct of record.h: C(name, KIND), where KIND
 * is a field kind of statement.h. SQL (sql.def) and the structs' tables both come from these lists.
 * Each leaves out its table's first column, which is part of the key and written out where used.
 */
#ifndef DB_COLUMNS_H
#define DB_COLUMNS_H

/* clang-format off */
#define RUN_COLUMNS(C) \
    C(hash, CHARS) C(kind, RUN_KIND) C(status, RUN_STATUS) \
    C(canonical, TEXT) C(config, TEXT) C(network, TEXT) \
    C(study, OPTIONAL) C(pruning, OPTIONAL) C(scratch, BOOL) \
    C(arch, TEXT) C(width, REAL) C(data, TEXT) C(data_spec, TEXT) C(data_checksum, TEXT) \
    C(penalty, TEXT) C(lambda, REAL) C(a, REAL) C(p, REAL) C(seed, COUNT) C(epochs, INT) \
    C(name, TEXT) C(note, TEXT) C(message, TEXT) \
    C(channels, INTEGER) C(parameters, INTEGER) C(parameters_published, INTEGER) \
    C(macs, INTEGER) C(flops, INTEGER) \
    C(test_accuracy, REAL) C(test_loss, REAL) C(weights_sha256, CHARS) \
    C(created, INTEGER) C(finished, OPTIONAL)

/* Gathered from other tables when a run is read. */
#define RUN_GATHERED(C) \
    C(epoch, INT) C(train_loss, REAL) C(val_accuracy, REAL) C(near_zero, REAL) C(seconds, REAL) \
    C(parent, OPTIONAL) C(amount, TEXT) C(amount_epoch, INT) C(prunings, INT) C(tags, TEXT)

#define EPOCH_COLUMNS(C) \
    C(epoch, INT) C(train_loss, REAL) C(train_accuracy, REAL) C(val_loss, REAL) \
    C(val_accuracy, REAL) C(penalty, REAL) C(learning_rate, REAL) C(seconds, REAL) \
    C(near_zero, REAL)

#define PRUNING_COLUMNS(C) \
    C(hash, CHARS) C(run, INTEGER) C(epoch, INT) C(amount, TEXT) C(fold_beta, BOOL) \
    C(as_published, BOOL) C(floor, INT) C(round, INT) C(threshold, REAL) C(network, TEXT) \
    C(channels, INTEGER) C(channels_kept, INTEGER) C(parameters_before, INTEGER) \
    C(parameters, INTEGER) C(parameters_published, INTEGER) C(macs_before, INTEGER) \
    C(macs, INTEGER) C(flops_before, INTEGER) C(flops, INTEGER) C(bytes_before, INTEGER) \
    C(bytes, INTEGER) C(val_accuracy_before, REAL) C(val_accuracy, REAL) \
    C(test_accuracy_before, REAL) C(test_accuracy, REAL) C(masked_val_accuracy, REAL) \
    C(max_logit_difference, REAL) C(changed_predictions, COUNT) C(created, INTEGER)

#define EVALUATION_COLUMNS(C) \
    C(run, INTEGER) C(epoch, INT) C(split, CHARS) C(images, INT) C(correct, INT) C(loss, REAL) \
    C(channels_kept, COUNT)

#define VERDICT_COLUMNS(C) \
    C(run, INTEGER) C(epoch, INT) C(split, CHARS) C(data, CHARS) C(images, INT) C(correct, INT)

#define CHECKPOINT_COLUMNS(C) \
    C(run, INTEGER) C(epoch, INT) C(batch, INT) C(file, TEXT) C(bytes, INTEGER) \
    C(sha256, CHARS) C(pinned, BOOL) C(created, INTEGER)

#define JOB_COLUMNS(C) \
    C(run, INTEGER) C(state, JOB_STATE) C(claim, INTEGER) C(request, JOB_REQUEST) \
    C(priority, INT) C(host, TEXT) C(pid, OPTIONAL) C(heartbeat, OPTIONAL) C(message, TEXT) \
    C(created, INTEGER) C(started, OPTIONAL) C(finished, OPTIONAL)

#define PROGRESS_COLUMNS(C) \
    C(epoch, INT) C(batch, INT) C(batches, INT) C(loss, REAL) C(images_per_second, REAL) \
    C(eta, REAL) C(updated, OPTIONAL)
/* clang-format on */

#endif
