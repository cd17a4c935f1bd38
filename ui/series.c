#include "ui/series.h"

#include "base/memory.h"

int *series_of(const struct run_row *row, int count)
{
    int *series = NEW(int, count + 1);

    run_series(row, count, series);
    for (int i = 0; i < count; i++)
        series[i] = 2 * series[i] + (row[i].status == RUN_FINISHED);
    return series;
}
