#include "report/run_preview.h"

#include <stdlib.h>

#include "base/memory.h"

int run_preview_open(struct store *store, const struct run_row *run, int epoch,
                     struct limits limits, struct preview **preview, struct error *err)
{
    char **name = NULL;
    int *channels = NULL, layers = 0;
    *preview = NULL;
    int code = run_layers(store, run->id, &name, &channels, &layers, err);
    float **gamma = NEW(float *, layers + 1);
    int *length = NEW(int, layers + 1);
    for (int i = 0; i < layers && !code; i++)
        code = gamma_get(store, run->id, epoch, i, &gamma[i], &length[i], err);
    if (!code)
        code = preview_open(run->network, (const float *const *)gamma, length, layers, limits,
                            preview, err);
    for (int i = 0; i < layers; i++) {
        free(name[i]);
        free(gamma[i]);
    }
    free(name);
    free(channels);
    free(gamma);
    free(length);
    return code;
}
