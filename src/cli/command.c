#include "cli/command.h"

#include "base/text.h"

const struct command *const commands[] = {
    &command_train,  &command_prune,   &command_retrain,    &command_eval,
    &command_runs,   &command_show,    &command_diff,       &command_gamma,
    &command_plot,   &command_report,  &command_query,      &command_tag,
    &command_note,   &command_remove,  &command_pause,      &command_cancel,
    &command_batch,  &command_work,    &command_merge,      &command_import,
    &command_export, &command_data,    &command_store,      &command_bench,
    &command_doctor, &command_explore, &command_completion, NULL,
};

const struct command *command_find(const char *name)
{
    for (int i = 0; commands[i]; i++)
        if (text_equal(commands[i]->name, name))
            return commands[i];
    return NULL;
}
