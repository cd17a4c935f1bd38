#include "ui/tail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

void tail_open(struct tail *tail, const char *path)
{
    *tail = (struct tail){.path = memory_copy_text(path), .size = -1};
    tail_refresh(tail);
}

void tail_done(struct tail *tail)
{
    free(tail->path);
    tail->path = NULL;
    tail->lines = 0;
}

/* Cuts the text into lines; where it does not begin the file, its first line is only a part. */
static void cut(struct tail *tail, bool part)
{
    char *rest = tail->text, *line;

    tail->lines = 0;
    if (part && strchr(rest, '\n'))
        rest = strchr(rest, '\n') + 1;
    while (rest && *rest) {
        line = strsep(&rest, "\n");
        if (*line)
            tail->start[tail->lines++] = line;
    }
}

bool tail_refresh(struct tail *tail)
{
    struct stat now;
    FILE *file = NULL;

    if (!tail->path || stat(tail->path, &now) != 0)
        return false;
    int64_t modified = now.st_mtim.tv_sec * INT64_C(1000000000) + now.st_mtim.tv_nsec;
    if ((now.st_size == tail->size && modified == tail->modified) ||
        (file = fopen(tail->path, "re")) == NULL)
        return false;
    bool part = now.st_size > TAIL_BYTES;
    if (part)
        fseek(file, -TAIL_BYTES, SEEK_END);
    size_t length = fread(tail->text, 1, TAIL_BYTES, file);
    fclose(file);
    tail->text[length] = '\0';
    tail->size = now.st_size;
    tail->modified = modified;
    cut(tail, part);
    return true;
}

int tail_lines(const struct tail *tail, int most)
{
    return tail->lines < most ? tail->lines : most;
}

const char *tail_line(const struct tail *tail, int back)
{
    return tail->start[tail->lines - 1 - back];
}
