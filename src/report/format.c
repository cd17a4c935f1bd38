#include "report/format.h"

#include <stddef.h>

const struct report_format *const report_formats[] = {
    &format_text, &format_csv, &format_latex, &format_markdown, &format_json, NULL,
};

const struct report_format *report_format_find(const char *name)
{
    for (int i = 0; report_formats[i]; i++)
        if (text_equal(report_formats[i]->name, name))
            return report_formats[i];
    return NULL;
}

struct result_values result_values(const struct results *results, const struct result_row *row)
{
    const struct run_row *run = &row->group->run[0];
    return (struct result_values){
        .network = run->arch,
        .data = run->data,
        .penalty = run->penalty,
        .axis = cost_axis_name(results->axis),
        .width = run->width,
        .lambda = run->lambda,
        .a = run->a,
        .p = run->p,
        .share = decimal_value(row->percent) / 100,
        .seeds = row->group->runs,
    };
}
