#include "job/slurm.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { DEFAULT_ARRAY = 1001 /* Slurm's own, where it cannot be asked */, WARNING = 120 /* s */ };

/* --- other programs --------------------------------------------------------------------------- */

/* Runs a program and reads what it prints; the first line of its complaint is the error. */
static int ask(char *const argv[], struct text *answer, struct error *err)
{
    int out[2], status = 0;
    char bytes[1024];
    if (pipe(out))
        return error_set_errno(err, ERROR_FAILED, "%s", argv[0]);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(out[1], 1);
        dup2(out[1], 2);
        close(out[0]);
        close(out[1]);
        execvp(argv[0], argv);
        fprintf(stderr, "%s\n", strerror(errno));
        _exit(127);
    }
    close(out[1]);
    for (ssize_t got; child > 0 && (got = read(out[0], bytes, sizeof bytes)) > 0;)
        text_add_bytes(answer, bytes, (size_t)got);
    close(out[0]);
    if (child < 0 || waitpid(child, &status, 0) < 0)
        return error_set_errno(err, ERROR_FAILED, "%s", argv[0]);
    const char *said = text_get(answer);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        return error_set(err, ERROR_FAILED, "%s: %.*s", argv[0], (int)strcspn(said, "\n"), said);
    return 0;
}

/* The most tasks of an array. */
static int array_limit(void)
{
    char *const argv[] = {(char[]){"scontrol"}, (char[]){"show"}, (char[]){"config"}, NULL};
    struct text answer = {0};
    int limit = 0;
    if (ask(argv, &answer, NULL) == 0) {
        const char *row = strstr(text_get(&answer), "MaxArraySize");
        if (row)
            sscanf(row, "MaxArraySize = %9d", &limit);
    }
    text_done(&answer);
    return limit > 0 ? limit : DEFAULT_ARRAY;
}

/* --- the tasks -------------------------------------------------------------------------------- */

/* Which slices have something to do. */
static bool *find_open(const struct batch *batch, int slices)
{
    bool *open = NEW(bool, slices);
    for (int t = 0; t < batch->tasks; t++)
        if (batch->task[t].state != BATCH_DONE)
            open[batch->task[t].run % slices] = true;
    return open;
}

/* The open ones of `count` as "0-3,7"; "" when there are none. The caller frees. */
static char *print_list(const bool *open, int count)
{
    struct text text = {0};
    for (int i = 0; i < count; i++) {
        int last = i;
        if (!open[i])
            continue;
        while (last + 1 < count && open[last + 1])
            last++;
        text_add(&text, "%s%d", text.length ? "," : "", i);
        if (last > i)
            text_add(&text, "-%d", last);
        i = last;
    }
    return text.length ? text_take(&text) : memory_copy_text("");
}

static void cut_arrays(const struct batch *batch, int slices, int at_once, struct slurm *slurm)
{
    const int limit = array_limit();
    bool *open = find_open(batch, slices);
    for (int first = 0; first < slices; first += limit) {
        char *list = print_list(open + first, slices - first < limit ? slices - first : limit);
        if (*list) {
            slurm->array =
                memory_grow(slurm->array, (size_t)slurm->arrays + 1, sizeof *slurm->array);
            slurm->array[slurm->arrays++] = (struct slurm_array){
                .offset = first,
                .list = at_once ? memory_print("%s%%%d", list, at_once) : memory_copy_text(list)};
        }
        free(list);
    }
    free(open);
}

/* --- the script ------------------------------------------------------------------------------- */

/* A word of the shell. The caller frees. */
static char *quote(const char *word)
{
    struct text text = {0};
    text_add(&text, "'");
    for (; *word; word++)
        if (*word == '\'')
            text_add(&text, "'\\''");
        else
            text_add_bytes(&text, word, 1);
    text_add(&text, "'");
    return text_take(&text);
}

static void add_head(struct text *script, const struct plan *plan, const struct slurm *slurm,
                     const struct slurm_options *options)
{
    text_add(script, "#!/bin/sh\n#SBATCH --job-name=slimscope-");
    for (const char *c = plan->name; *c; c++)
        text_add(script, "%c", isalnum((unsigned char)*c) ? *c : '-');
    text_add(script, "\n#SBATCH --output=\"");
    for (const char *c = slurm->parts; *c; c++)
        text_add(script, "%s%c", *c == '%' ? "%" : "", *c);
    text_add(script,
             "/%%A_%%a.log\"\n"
             "#SBATCH --open-mode=append\n"
             "#SBATCH --requeue\n"
             "#SBATCH --signal=B:USR1@%d\n",
             WARNING);
    if (options->threads)
        text_add(script, "#SBATCH --cpus-per-task=%d\n", options->threads);
    for (int i = 0; i < options->lines; i++)
        text_add(script, "#SBATCH %s%s\n", options->line[i][0] == '-' ? "" : "--",
                 options->line[i]);
}

/* The work is a child of the script, which alone gets the signal before the end of its time: the
 * work saves a checkpoint, and the task goes back into the queue. */
static void add_work(struct text *script, const char *program, const char *store,
                     const struct slurm *slurm, int slices)
{
    char *parts = quote(slurm->parts), *plan = quote(slurm->plan), *name = quote(program),
         *main_store = quote(store);
    text_add(script,
             "\n"
             "# $1: what is added to a task's number, where the plan is longer than an array.\n"
             "slice=$((${1:-0} + SLURM_ARRAY_TASK_ID + 1))\n"
             "part=%s/${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\n"
             "%s --store \"$part\" --threads \"${SLURM_CPUS_PER_TASK:-1}\" \\\n"
             "    batch %s --slice \"$slice/%d\" --from %s &\n"
             "work=$!\n"
             "again=\n"
             "trap 'again=yes; kill -USR1 $work' USR1\n"
             "trap 'kill -TERM $work' TERM\n"
             "while :; do\n"
             "    wait $work\n"
             "    status=$?\n"
             "    kill -0 $work 2>/dev/null || break\n"
             "done\n"
             "if [ -n \"$again\" ] && [ \"$status\" -gt 128 ]; then\n"
             "    scontrol requeue \"$SLURM_JOB_ID\"\n"
             "fi\n"
             "exit \"$status\"\n",
             parts, name, plan, slices, main_store);
    free(parts);
    free(plan);
    free(name);
    free(main_store);
}

/* PARTS/1, /2 …: each submission keeps the plan as it was. The caller frees. */
static int make_folder(const char *parts, char **folder, struct error *err)
{
    *folder = NULL;
    int code = file_make_folder(parts, err);
    for (int i = 1; !code; i++) {
        *folder = memory_print("%s/%d", parts, i);
        if (mkdir(*folder, 0777) == 0)
            break;
        if (errno != EEXIST)
            code = error_set_errno(err, ERROR_FAILED, "%s", *folder);
        free(*folder);
        *folder = NULL;
    }
    return code;
}

static int write_files(const struct batch *batch, const char *store,
                       const struct slurm_options *options, int slices, struct slurm *slurm,
                       struct error *err)
{
    char program[PATH_MAX], *folder;
    struct text script = {0};
    const char *slash = strrchr(batch->plan->path, '/');
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0)
        return error_set_errno(err, ERROR_FAILED, "/proc/self/exe");
    program[length] = '\0';
    const char *plan = batch->plan->text;
    int code = make_folder(slurm->parts, &folder, err);
    if (code)
        return code;
    slurm->plan = memory_print("%s/%s", folder, slash ? slash + 1 : batch->plan->path);
    slurm->script = memory_print("%s/job.sh", folder);
    add_head(&script, batch->plan, slurm, options);
    add_work(&script, program, store, slurm, slices);
    code = file_replace(slurm->plan, plan, strlen(plan), err);
    if (!code)
        code = file_replace(slurm->script, text_get(&script), script.length, err);
    text_done(&script);
    free(folder);
    return code;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* The store's absolute path, which need not exist yet. The caller frees. */
static char *absolute(const char *path)
{
    char *real = realpath(path, NULL);
    if (real || path[0] == '/')
        return real ? real : memory_copy_text(path);
    char *here = getcwd(NULL, 0), *joined = memory_print("%s/%s", here ? here : ".", path);
    free(here);
    return joined;
}

int slurm_write(const struct batch *batch, const char *store_path,
                const struct slurm_options *options, struct slurm *slurm, struct error *err)
{
    char *store = absolute(store_path);
    int slices = options->tasks > 0 && options->tasks < batch->plan->runs ? options->tasks
                                                                          : batch->plan->runs;
    *slurm = (struct slurm){.parts = memory_print("%s.parts", store)};
    cut_arrays(batch, slices, options->at_once, slurm);
    int code = slurm->arrays ? write_files(batch, store, options, slices, slurm, err) : 0;
    free(store);
    if (code)
        slurm_done(slurm);
    return code;
}

int slurm_submit(struct slurm *slurm, struct error *err)
{
    int code = 0;
    for (int i = 0; i < slurm->arrays && !code; i++) {
        struct slurm_array *array = &slurm->array[i];
        struct text answer = {0};
        char *list = memory_print("--array=%s", array->list),
             *offset = memory_print("%d", array->offset);
        char *const argv[] = {
            (char[]){"sbatch"}, (char[]){"--parsable"}, list, slurm->script, offset, NULL};
        code = ask(argv, &answer, err);
        if (!code) /* "JOB" or "JOB;CLUSTER" */
            array->job =
                memory_print("%.*s", (int)strcspn(text_get(&answer), ";\n"), text_get(&answer));
        text_done(&answer);
        free(list);
        free(offset);
    }
    return code;
}

void slurm_done(struct slurm *slurm)
{
    for (int i = 0; i < slurm->arrays; i++) {
        free(slurm->array[i].list);
        free(slurm->array[i].job);
    }
    free(slurm->array);
    free(slurm->parts);
    free(slurm->script);
    free(slurm->plan);
    *slurm = (struct slurm){0};
}
