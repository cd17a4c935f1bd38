#!/bin/sh
# plot: every kind of figure in every format of the sample study, what the files say of themselves,
# and what is refused.
# shellcheck source=tests/cli/lib.sh
. "${srcdir:-.}/tests/cli/lib.sh"
sample=$srcdir/sample_runs/first/first.db
kinds="accuracy factors heatmap penalties ridges training widths"

# What each kind shows of the sample study.
words() {
    case $1 in
    heatmap | ridges) echo 3 ;;
    training) echo 1 3 ;;
    widths) echo p10 ;;
    esac
}

# draw KIND FILE OPTION…
draw() {
    kind=$1
    file=$2
    shift 2
    # shellcheck disable=SC2046 # a list of words
    works --store "$sample" plot "$kind" $(words "$kind") -o "$folder/$file" "$@"
}

same "the kinds are those of the table" "$(echo "$kinds" | tr ' ' '\n')" \
    "$(sed -n 's/^FIGURE(\([a-z]*\), .*/\1/p' "$srcdir/src/report/figure.def")"
for kind in $kinds; do
    for format in png svg pdf; do
        draw "$kind" "$kind.$format"
        draw "$kind" "again.$format"
        holds "$kind.$format: the same bytes again" \
            cmp -s "$folder/$kind.$format" "$folder/again.$format"
    done
    draw "$kind" "dark.png" --dark --title "A title" --size 12x8cm --dpi 100
    holds "$kind.svg: lines, no pixels" \
        eval "grep -q '<path' '$folder/$kind.svg' && ! grep -q '<image' '$folder/$kind.svg'"
done
works help plot
for kind in $kinds; do
    prints "$kind: in the help" "$kind,"
done

# The bytes that are said to be there are there.
run --store "$sample" plot accuracy 3 1 -o "$folder/json.png" --json --size 5x4cm
is_json kind file bytes sha256 runs
same "its bytes" "$(number bytes)" "$(wc -c <"$folder/json.png" | tr -d ' ')"
same "its hash" "$(text sha256)" "$(sha256sum "$folder/json.png" | cut -d ' ' -f 1)"
prints "its runs, and those retrained from them" '"runs":\[[1234],[1234],[1234],[1234]\]'
works --store "$sample" query "SELECT hash FROM run WHERE id = 3" --json
hash=$(sed -n 's/.*\["\([0-9a-f]*\)"\].*/\1/p' "$folder/out")
holds "a PNG names its runs" grep -aq "3 $hash" "$folder/json.png"
holds "an SVG names its runs" grep -q "3 $hash" "$folder/ridges.svg"
holds "a PDF names its runs" grep -aq "3 $hash" "$folder/ridges.pdf"

# As others read it.
if command -v python3 >/dev/null; then
    cat >"$folder/look.py" <<'END'
import struct, sys, xml.etree.ElementTree as tree, zlib

data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n"
at, pixels, texts = 8, b"", {}
while at < len(data):
    length, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0]
    if kind == b"IHDR":
        width, height, depth, colour = struct.unpack(">IIBB", body[:10])
    if kind == b"IDAT":
        pixels += body
    if kind in (b"tEXt", b"iTXt"):
        key, text = body.split(b"\0", 1)
        texts[key.decode("latin-1")] = text.split(b"\0")[-1].decode("utf-8")
    at += 12 + length
assert (depth, colour) == (8, 2)
assert (width, height) == (472, 315), (width, height)  # 12 x 8 cm at 100 dots per inch
assert len(zlib.decompress(pixels)) == height * (3 * width + 1)
assert texts["Software"].startswith("slimscope ") and texts["Title"] == "A title", texts
assert len(texts["Runs"].split(", ")) == 4 and "fashion" in texts["Description"], texts
for name in sys.argv[2:]:
    root = tree.parse(name).getroot()
    assert root.tag.endswith("svg")
    assert abs(float(root.get("width").rstrip("pt")) - 9 / 2.54 * 72) < 0.01, root.attrib
END
    draw accuracy title.png --title "A title" --size 12x8cm --dpi 100
    holds "Python reads PNG and SVG" python3 "$folder/look.py" "$folder/title.png" "$folder"/*.svg
else
    echo "python3 is not installed: the files are not read by others"
fi
if command -v pdffonts >/dev/null && command -v pdfimages >/dev/null; then
    for kind in $kinds; do
        pdffonts "$folder/$kind.pdf" >"$folder/fonts" 2>&1
        pdfimages -list "$folder/$kind.pdf" >"$folder/images" 2>&1
        holds "$kind.pdf: its text is text" grep -q ' yes yes ' "$folder/fonts"
        same "$kind.pdf: no pictures in it" "$(sed 1,2d "$folder/images")" ""
    done
    pdftotext "$folder/training.pdf" "$folder/words"
    holds "axes have units" grep -q 'accuracy (%)' "$folder/words"
else
    echo "poppler-utils is not installed: the PDF is not read by others"
fi

# What is asked for is drawn.
# shellcheck disable=SC2317 # holds calls it
differ() { ! cmp -s "$folder/$1" "$folder/$2"; }
draw accuracy macs.svg --against macs
holds "another axis is another figure" differ accuracy.svg macs.svg
draw accuracy val.svg --split val
holds "other images are another figure" differ accuracy.svg val.svg
draw heatmap layer.svg --layer feature.1
holds "one layer is another figure" differ heatmap.svg layer.svg
run --store "$sample" plot accuracy -o "$folder/one.svg" --filter penalty=tl1 --json
prints "--filter chooses runs" '"runs":\[(3,4|4,3)\]'
works plot penalties -o "$folder/all.svg"
holds "penalties need no store" [ ! -e "$SLIMSCOPE_STORE" ]

# Refused, with nothing written.
rm -rf "$folder"/*.png "$folder"/*.svg "$folder"/*.pdf "$folder"/again.*
refuses 2 "plot: pie: no such kind*" --store "$sample" plot pie -o "$folder/x.png"
refuses 2 "plot: *-o FILE is missing" --store "$sample" plot accuracy
refuses 2 "plot: *x.jpg: its suffix*" --store "$sample" plot accuracy -o "$folder/x.jpg"
refuses 2 "plot: *x: its suffix*" --store "$sample" plot accuracy -o "$folder/x"
refuses 2 "plot: --size 9: not a size" --store "$sample" plot accuracy -o "$folder/x.png" --size 9
refuses 2 "plot: --size 1x1cm: *" --store "$sample" plot accuracy -o "$folder/x.png" --size 1x1cm
refuses 2 "plot: *pixels" --store "$sample" plot accuracy -o "$folder/x.png" --size 60x60 --dpi 1200
refuses 2 "plot: *dpi*" --store "$sample" plot accuracy -o "$folder/x.png" --dpi 1
refuses 2 "plot: --against*" --store "$sample" plot accuracy -o "$folder/x.png" --against flops
refuses 2 "plot: --split*" --store "$sample" plot accuracy -o "$folder/x.png" --split train
refuses 2 "plot: heatmap: which run?" --store "$sample" plot heatmap -o "$folder/x.png"
refuses 2 "plot: heatmap: shows one run" --store "$sample" plot heatmap 1 3 -o "$folder/x.png"
refuses 2 "plot: widths: which pruning?" --store "$sample" plot widths -o "$folder/x.png"
refuses 2 "plot: *nonsense*" --store "$sample" plot accuracy -o "$folder/x.png" --filter nonsense=1
refuses 4 "plot: no such run: 99" --store "$sample" plot heatmap 99 -o "$folder/x.png"
refuses 4 "plot: no such pruning: 99" --store "$sample" plot widths p99 -o "$folder/x.png"
refuses 4 "plot: --layer no.such*" --store "$sample" plot heatmap 3 --layer no.such -o "$folder/x.png"
refuses 4 "plot: *no finished run fits*" --store "$sample" plot accuracy --filter nobody -o "$folder/x.png"
refuses 4 "plot: nothing to draw*" --store "$sample" plot penalties 2 -o "$folder/x.png"
refuses 4 "plot: *" plot accuracy -o "$folder/x.png"
refuses 1 "plot: */no/x.png: *" --store "$sample" plot accuracy -o "$folder/no/x.png"

# A store without runs has nothing to show, and says so for every kind.
works merge "$folder/empty.db" "$sample"
works --store "$folder/empty.db" remove --yes 2 4
works --store "$folder/empty.db" remove --yes 1 3
for kind in accuracy factors; do
    refuses 4 "plot: *no finished run" --store "$folder/empty.db" plot $kind -o "$folder/x.png"
done
for kind in heatmap ridges training penalties; do
    refuses 4 "plot: no such run: 3" --store "$folder/empty.db" plot $kind 3 -o "$folder/x.png"
done
refuses 4 "plot: no such pruning: 10" --store "$folder/empty.db" plot widths p10 -o "$folder/x.png"

# No room: the old figure stands.
echo old >"$folder/x.png"
status=0
(
    trap '' XFSZ
    ulimit -f 8
    "$program" --store "$sample" plot accuracy -o "$folder/x.png"
) >"$folder/out" 2>"$folder/err" || status=$?
judge 6 "plot: */x.png: *" "no room"
same "the old figure stands" "$(cat "$folder/x.png")" old
same "nothing else is left" "$(find "$folder" -name 'x*' | wc -l | tr -d ' ')" 1
finish
