/*
 * Method: a MAT file is a header of 128 bytes and a row of elements, each a tag (type and length,
 * 32 bits each) and its bytes; an element is an array, or a zlib stream with one array in it. The
 * file is walked once before libmatio sees it. libmatio reads what it needs and no further: it sees
 * neither a checksum nor that an array is shorter than its dimensions say, and it follows structs
 * and cells as deep as the file wants. So the walk looks at the parts of each array (flags,
 * dimensions, name, numbers), and mat_find compares the numbers with the dimensions.
 * (MathWorks, "MAT-File Format", chapter 1: level 5.)
 */
#include "data/mat.h"

#include <matio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { HEADER = 128, TAG = 8, VERSION_AT = 124, VERSION_5 = 0x0100, VERSION_73 = 0x0200 };
enum { ELEMENTS_MAX = 64 };
enum { START = 128 }; /* of an array: more than the parts in front of its numbers, and their tag */

/* How an array's numbers are stored. */
struct numbers {
    uint32_t type; /* MAT_T_UINT8 … */
    uint64_t bytes;
};

struct mat {
    char *path;
    mat_t *file;
    int elements;
    struct numbers numbers[ELEMENTS_MAX];
};

/* --- the walk --------------------------------------------------------------------------------- */

struct walk {
    const char *path;
    FILE *file;
    uint64_t left; /* bytes of the file that are still to come */
    struct error *err;
};

static uint32_t little_endian(const uint8_t *at)
{
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static int take(struct walk *walk, void *to, size_t length)
{
    if (length > walk->left)
        return error_set(walk->err, ERROR_DATA, "%s: truncated", walk->path);
    if (fread(to, 1, length, walk->file) != length)
        return error_set(walk->err, ERROR_DATA, "%s: cannot be read", walk->path);
    walk->left -= length;
    return 0;
}

static int check_header(struct walk *walk)
{
    uint8_t header[HEADER];
    int code = take(walk, header, sizeof header);
    if (code)
        return code;
    const uint8_t *at = header + VERSION_AT;
    if (at[2] == 'M' && at[3] == 'I')
        return error_set(walk->err, ERROR_DATA, "%s: is a big-endian MAT file", walk->path);
    if (at[2] != 'I' || at[3] != 'M')
        return error_set(walk->err, ERROR_DATA, "%s: is no MAT file of level 5", walk->path);
    const int version = at[1] << 8 | at[0];
    if (version == VERSION_73)
        return error_set(walk->err, ERROR_DATA,
                         "%s: is a MAT file of version 7.3 (HDF5), not of version 5 or 7",
                         walk->path);
    if (version != VERSION_5)
        return error_set(walk->err, ERROR_DATA, "%s: MAT version 0x%04x, not 0x%04x", walk->path,
                         (unsigned)version, (unsigned)VERSION_5);
    return 0;
}

static uint64_t padded(uint64_t length)
{
    return (length + 7) / 8 * 8;
}

/* An array's first bytes, and where in it the next part begins. */
struct parts {
    const uint8_t *start; /* (START) */
    uint64_t length, at;  /* of the whole array */
};

/* The type and length of the next part: 32 bits each in front of it, or, when it has at most 4
 * bytes, 16 bits each and the bytes behind. False when it is not within the array. */
static bool next_part(struct parts *parts, uint32_t *type, uint64_t *length)
{
    if (parts->at + TAG > START || parts->at + TAG > parts->length)
        return false;
    const uint32_t first = little_endian(parts->start + parts->at);
    const bool small = first >> 16;
    *type = first & UINT16_MAX;
    *length = small ? first >> 16 : little_endian(parts->start + parts->at + 4);
    parts->at += TAG + (small ? 0 : padded(*length));
    return parts->at <= parts->length && (!small || *length <= 4);
}

static int check_class(struct walk *walk, int class)
{
    static const char *const kinds[] = {"nothing",   "a cell array", "a struct",
                                        "an object", "text",         "a sparse array"};
    if (class >= MAT_C_DOUBLE && class <= MAT_C_UINT64)
        return 0;
    return error_set(walk->err, ERROR_DATA, "%s: %s is in it, not numbers alone", walk->path,
                     class < MAT_C_DOUBLE ? kinds[class] : "a function");
}

static int check_array(struct walk *walk, const uint8_t start[START], uint64_t array,
                       struct numbers *numbers)
{
    struct parts parts = {start, array, 0};
    uint32_t type;
    uint64_t length;
    if (!next_part(&parts, &type, &length) || type != MAT_T_UINT32 || length != 8)
        return error_set(walk->err, ERROR_DATA, "%s: an array without flags", walk->path);
    const int code = check_class(walk, start[TAG]);
    if (code)
        return code;
    if (!next_part(&parts, &type, &length) || type != MAT_T_INT32 || length % 4 || length < 8 ||
        length > 4 * MAT_RANK)
        return error_set(walk->err, ERROR_DATA, "%s: an array of other than 2 to %d dimensions",
                         walk->path, MAT_RANK);
    if (!next_part(&parts, &type, &length) || type != MAT_T_INT8)
        return error_set(walk->err, ERROR_DATA, "%s: an array without a name", walk->path);
    if (!next_part(&parts, &numbers->type, &numbers->bytes) || parts.at != array)
        return error_set(walk->err, ERROR_DATA, "%s: an array with more or less than real numbers",
                         walk->path);
    return 0;
}

/* What a compressed element holds: its array's first bytes (a tag and START), and its length. */
struct unpacked {
    uint8_t start[TAG + START];
    uint64_t length;
};

static void note_unpacked(struct unpacked *unpacked, const uint8_t *bytes, size_t count)
{
    if (unpacked->length < sizeof unpacked->start) {
        const size_t room = sizeof unpacked->start - unpacked->length;
        memcpy(unpacked->start + unpacked->length, bytes, count < room ? count : room);
    }
    unpacked->length += count;
}

/* Unpacks an element of `length` bytes to its end, where zlib's checksum is. */
static int unpack(struct walk *walk, z_stream *stream, uint32_t length, struct unpacked *unpacked)
{
    uint8_t in[1 << 14], out[1 << 16];
    int status = Z_OK;
    for (uint32_t left = length; left > 0 && status != Z_STREAM_END;) {
        const uint32_t piece = left < sizeof in ? left : sizeof in;
        const int code = take(walk, in, piece);
        if (code)
            return code;
        left -= piece;
        stream->next_in = in;
        stream->avail_in = piece;
        do {
            stream->next_out = out;
            stream->avail_out = sizeof out;
            status = inflate(stream, Z_NO_FLUSH);
            if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
                return error_set(walk->err, ERROR_DATA, "%s: damaged compressed data (%s)",
                                 walk->path, stream->msg ? stream->msg : "no zlib stream");
            note_unpacked(unpacked, out, sizeof out - stream->avail_out);
        } while (status != Z_STREAM_END && stream->avail_out == 0);
        if (status == Z_STREAM_END && (left || stream->avail_in))
            return error_set(walk->err, ERROR_DATA, "%s: something follows compressed data",
                             walk->path);
    }
    if (status != Z_STREAM_END)
        return error_set(walk->err, ERROR_DATA, "%s: compressed data end too soon", walk->path);
    return 0;
}

static int walk_compressed(struct walk *walk, uint32_t length, struct numbers *numbers)
{
    struct unpacked unpacked = {.length = 0};
    z_stream stream = {.next_in = NULL};
    if (inflateInit(&stream) != Z_OK)
        return error_set(walk->err, ERROR_FAILED, "%s: no memory to unpack it", walk->path);
    int code = unpack(walk, &stream, length, &unpacked);
    inflateEnd(&stream);
    if (code)
        return code;
    const uint64_t array = little_endian(unpacked.start + 4);
    if (unpacked.length < TAG || little_endian(unpacked.start) != MAT_T_MATRIX ||
        array != unpacked.length - TAG)
        return error_set(walk->err, ERROR_DATA, "%s: compressed data are no whole array",
                         walk->path);
    return check_array(walk, unpacked.start + TAG, array, numbers);
}

static int walk_plain(struct walk *walk, uint32_t length, struct numbers *numbers)
{
    uint8_t start[START] = {0};
    const uint32_t first = length < START ? length : START, rest = length - first;
    int code = take(walk, start, first);
    if (!code)
        code = check_array(walk, start, length, numbers);
    if (code)
        return code;
    if (fseeko(walk->file, rest, SEEK_CUR) != 0)
        return error_set_errno(walk->err, ERROR_DATA, "%s", walk->path);
    walk->left -= rest;
    return 0;
}

static int walk_element(struct walk *walk, struct numbers *numbers)
{
    uint8_t tag[TAG];
    int code = take(walk, tag, sizeof tag);
    if (code)
        return code;
    const uint32_t type = little_endian(tag), length = little_endian(tag + 4);
    if (length > walk->left)
        return error_set(walk->err, ERROR_DATA, "%s: truncated: %u bytes wanted, %llu left",
                         walk->path, (unsigned)length, (unsigned long long)walk->left);
    if (type == MAT_T_COMPRESSED)
        return walk_compressed(walk, length, numbers);
    if (type == MAT_T_MATRIX)
        return walk_plain(walk, length, numbers);
    return error_set(walk->err, ERROR_DATA, "%s: an element of type %u, which is no array",
                     walk->path, (unsigned)type);
}

static int walk_file(struct mat *mat, struct error *err)
{
    struct walk walk = {.path = mat->path, .err = err};
    struct stat status;
    int code = file_open(mat->path, &walk.file, err);
    if (code)
        return code;
    if (fstat(fileno(walk.file), &status) == 0)
        walk.left = (uint64_t)status.st_size;
    code = check_header(&walk);
    for (mat->elements = 0; !code && walk.left > 0; mat->elements++)
        code = mat->elements < ELEMENTS_MAX
                   ? walk_element(&walk, &mat->numbers[mat->elements])
                   : error_set(err, ERROR_DATA, "%s: more than %d arrays", mat->path, ELEMENTS_MAX);
    fclose(walk.file);
    return code;
}

/* --- libmatio --------------------------------------------------------------------------------- */

int mat_open(const char *path, struct mat **result, struct error *err)
{
    struct mat *mat = NEW(struct mat, 1);
    mat->path = memory_copy_text(path);
    *result = NULL;
    int code = walk_file(mat, err);
    if (!code && !(mat->file = Mat_Open(path, MAT_ACC_RDONLY)))
        code = error_set(err, ERROR_DATA, "%s: libmatio cannot read it", path);
    if (code)
        mat_close(mat);
    else
        *result = mat;
    return code;
}

void mat_close(struct mat *mat)
{
    if (!mat)
        return;
    if (mat->file)
        Mat_Close(mat->file);
    free(mat->path);
    free(mat);
}

/* The array `name` and the number of its element; the caller frees with Mat_VarFree. */
static int find(struct mat *mat, const char *name, matvar_t **found, int *element,
                struct error *err)
{
    Mat_Rewind(mat->file);
    for (*element = 0; *element < mat->elements; ++*element) {
        matvar_t *array = Mat_VarReadNextInfo(mat->file);
        if (!array)
            break;
        if (array->name && text_equal(array->name, name)) {
            *found = array;
            return 0;
        }
        Mat_VarFree(array);
    }
    return error_set(err, ERROR_DATA, "%s: no array is called %s", mat->path, name);
}

/* Whether the numbers are as many as `count`: of class uint8 they are stored so; doubles that are
 * small whole numbers may be stored narrower. */
static bool fits(const matvar_t *array, uint64_t count, const struct numbers *numbers)
{
    if (array->class_type == MAT_C_UINT8 && numbers->type != MAT_T_UINT8)
        return false;
    return numbers->bytes == count * Mat_SizeOf((enum matio_types)numbers->type);
}

static int describe(const struct mat *mat, const matvar_t *from, const struct numbers *numbers,
                    struct mat_array *array, struct error *err)
{
    uint64_t count = 1;
    if (from->isComplex || (from->class_type != MAT_C_UINT8 && from->class_type != MAT_C_DOUBLE))
        return error_set(err, ERROR_DATA, "%s: %s is not of class uint8 or double", mat->path,
                         array->name);
    array->bytes = from->class_type == MAT_C_UINT8;
    for (int k = 0; k < MAT_RANK; k++) {
        array->size[k] = k < from->rank ? from->dims[k] : 1;
        if (array->size[k] > INT32_MAX)
            return error_set(err, ERROR_DATA, "%s: %s has a negative dimension", mat->path,
                             array->name);
        if (__builtin_mul_overflow(count, array->size[k], &count) || count > INT32_MAX)
            return error_set(err, ERROR_DATA, "%s: %s has too many numbers", mat->path,
                             array->name);
    }
    if (!fits(from, count, numbers))
        return error_set(err, ERROR_DATA, "%s: %s does not have the %llu numbers it should",
                         mat->path, array->name, (unsigned long long)count);
    return 0;
}

int mat_find(struct mat *mat, const char *name, struct mat_array *array, struct error *err)
{
    matvar_t *found = NULL;
    int element = 0;
    *array = (struct mat_array){.name = name};
    int code = find(mat, name, &found, &element, err);
    if (!code)
        code = describe(mat, found, &mat->numbers[element], array, err);
    Mat_VarFree(found);
    return code;
}

/* Doubles that are bytes, as bytes. */
static int narrow(const struct mat *mat, const char *name, const double *from, size_t count,
                  uint8_t *to, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!(from[i] >= 0 && from[i] <= UINT8_MAX && from[i] == (uint8_t)from[i]))
            return error_set(err, ERROR_DATA, "%s: %s has %g, which is no whole number 0 to 255",
                             mat->path, name, from[i]);
        to[i] = (uint8_t)from[i];
    }
    return 0;
}

int mat_read(struct mat *mat, const struct mat_array *array, uint8_t *to, struct error *err)
{
    matvar_t *found = NULL;
    double *wide = NULL;
    int element = 0;
    const size_t count = array->size[0] * array->size[1] * array->size[2] * array->size[3];
    int code = find(mat, array->name, &found, &element, err);
    if (code)
        return code;
    if (!array->bytes && !(wide = calloc(count, sizeof *wide)))
        code = error_set(err, ERROR_FAILED, "%s: no memory for %s", mat->path, array->name);
    if (!code && Mat_VarReadDataLinear(mat->file, found, array->bytes ? (void *)to : wide, 0, 1,
                                       (int)count) != MATIO_E_NO_ERROR)
        code = error_set(err, ERROR_DATA, "%s: %s cannot be read", mat->path, array->name);
    if (!code && wide)
        code = narrow(mat, array->name, wide, count, to, err);
    free(wide);
    Mat_VarFree(found);
    return code;
}
