#include "base/decimal.h"

#include <stdio.h>

static int64_t power_of_ten(int exponent)
{
    int64_t power = 1;
    while (exponent-- > 0)
        power *= 10;
    return power;
}

bool decimal_parse(const char *text, size_t length, struct decimal *value)
{
    int64_t digits = 0;
    int count = 0, scale = 0;
    bool point = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || ++count > 15)
            return false;
        digits = digits * 10 + (text[i] - '0');
        scale += point;
    }
    *value = (struct decimal){.digits = digits, .scale = scale};
    return count > 0;
}

int64_t decimal_percent_floor(struct decimal percent, int64_t n)
{
    return (int64_t)((__int128)n * percent.digits / ((__int128)power_of_ten(percent.scale) * 100));
}

struct decimal decimal_shortest_percent(int64_t count, int64_t n)
{
    struct decimal p = {0};
    for (p.scale = 0; p.scale < 15; p.scale++) {
        __int128 whole = (__int128)count * 100 * power_of_ten(p.scale);
        p.digits = (int64_t)((whole + n - 1) / n); /* the least p that is not below count / n */
        if (decimal_percent_floor(p, n) == count)
            break;
    }
    return p;
}

double decimal_value(struct decimal value)
{
    return (double)value.digits / (double)power_of_ten(value.scale);
}

char *decimal_print(struct decimal value, char *text, size_t size)
{
    while (value.scale > 0 && value.digits % 10 == 0) {
        value.digits /= 10;
        value.scale--;
    }
    int64_t unit = power_of_ten(value.scale);
    if (value.scale == 0)
        snprintf(text, size, "%lld", (long long)value.digits);
    else
        snprintf(text, size, "%lld.%0*lld", (long long)(value.digits / unit), value.scale,
                 (long long)(value.digits % unit));
    return text;
}
