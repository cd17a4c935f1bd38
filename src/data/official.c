#include "data/data.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

/* SHA-256 of the files as published. TensorFlow Datasets records the same (url_checksums). */
static const struct {
    const char *set, *file, *sha256;
} official[] = {
    {"cifar10", "cifar-10-binary.tar.gz",
     "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"},
    {"cifar100", "cifar-100-binary.tar.gz",
     "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"},
    {"svhn", "train_32x32.mat", "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8"},
    {"svhn", "test_32x32.mat", "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b"},
    {"svhn", "extra_32x32.mat", "a133a4beb38a00fcdda90c9489e0c04f900b660ce8a316a5e854838379a71eb3"},
    {"mnist", "train-images-idx3-ubyte.gz",
     "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
    {"mnist", "train-labels-idx1-ubyte.gz",
     "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
    {"mnist", "t10k-images-idx3-ubyte.gz",
     "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
    {"mnist", "t10k-labels-idx1-ubyte.gz",
     "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"},
    {"fashion", "train-images-idx3-ubyte.gz",
     "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
    {"fashion", "train-labels-idx1-ubyte.gz",
     "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
    {"fashion", "t10k-images-idx3-ubyte.gz",
     "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
    {"fashion", "t10k-labels-idx1-ubyte.gz",
     "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"},
};

/* Where a published file may be: `path` itself, or in that folder. The caller frees; NULL: not
 * there. */
static char *place_of(const char *path, const char *file)
{
    if (!file_is_folder(path)) {
        const char *slash = strrchr(path, '/');
        return text_equal(slash ? slash + 1 : path, file) ? memory_copy_text(path) : NULL;
    }
    char *place = memory_print("%s/%s", path, file);
    if (file_exists(place))
        return place;
    free(place);
    return NULL;
}

int data_official(const struct data_set *set, const char **other)
{
    const char *colon = strchr(set->spec, ':');
    bool known = false;
    *other = NULL;
    for (size_t i = 0; i < sizeof official / sizeof *official && colon; i++) {
        char sha256[HASH_TEXT];
        if (!text_equal(official[i].set, set->name))
            continue;
        char *place = place_of(colon + 1, official[i].file);
        const bool hashed = place && hash_file(place, sha256, NULL) == 0;
        free(place);
        known |= hashed;
        if (hashed && !text_equal(official[i].sha256, sha256)) {
            *other = official[i].file;
            return 0;
        }
    }
    return known ? 1 : -1;
}
