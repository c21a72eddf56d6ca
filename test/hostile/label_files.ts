import { fixturePath } from "../support/fixtures.ts";
import { lines } from "../support/made_files.ts";

/** A small sound data set of one format. */
export interface LabelFiles {
  /** What the format is called. */
  readonly name: string;
  /** What `--data` says, with the folder in the place of `DIR`. */
  readonly data: string;
  /** Files with labels, by their path in the folder: these are damaged. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Folders in the set that images `a.png` and `b.png`, 100 x 80 pixels, lie in. */
  readonly images: readonly string[];
}

const ask = (name: string) => `Detect all objects of category '${name}'.`;
const both = (make: (image: string, i: number) => object) =>
  lines(["a.png", "b.png"].map((image, i) => ({ id: `q${i}`, ...make(image, i) })));
const jsonl = (name: string, text: string): LabelFiles => ({
  name: `jsonl: ${name}`,
  data: "jsonl:DIR/train.jsonl",
  files: { "train.jsonl": text },
  images: [""],
});
const fenced = (value: unknown) => "```json\n" + JSON.stringify(value, null, 1) + "\n```";
const shown = [{ bbox_2d: [10, 20, 50, 60], label: "cup" }];
const pair = [...shown, { bbox_2d: [52, 21, 90, 70], label: "cup" }];
const told = "[{'Position': [10, 20, 50, 60], 'Confidence': 1}, " +
  "{'Position': [52, 21, 90, 70], 'Confidence': 1}]";

const coco = {
  images: ["a.png", "b.png"].map((file_name, i) => ({
    ...{ id: i + 1, width: 100, height: 80, file_name },
  })),
  categories: [{ id: 3, name: "cup" }, { id: 5, name: "plate" }],
  annotations: [
    {
      id: 1,
      image_id: 1,
      category_id: 3,
      bbox: [10, 20, 40, 40],
      area: 1600,
      iscrowd: 0,
    },
    {
      id: 2,
      image_id: 1,
      category_id: 5,
      bbox: [52, 21, 38, 49],
      area: 1862,
      iscrowd: 0,
    },
    { id: 3, image_id: 2, category_id: 3, bbox: [5, 6, 70, 64], area: 4480, iscrowd: 0 },
  ],
};
const lvis = {
  ...coco,
  images: coco.images.map(({ file_name, ...image }) => ({
    ...image,
    coco_url: `http://images.cocodataset.org/x/${file_name}`,
    neg_category_ids: [],
    not_exhaustive_category_ids: [],
  })),
  categories: coco.categories.map((one) => ({ ...one, frequency: "f" })),
};
const voc = (image: string) =>
  `<annotation>
  <folder>JPEGImages</folder>
  <filename>${image}</filename>
  <size><width>100</width><height>80</height><depth>3</depth></size>
  <object>
    <name>cup</name><pose>Left</pose><truncated>0</truncated><difficult>0</difficult>
    <bndbox><xmin>10</xmin><ymin>20</ymin><xmax>50</xmax><ymax>60</ymax></bndbox>
  </object>
  <object>
    <name>plate</name><difficult>0</difficult>
    <bndbox><xmin>52</xmin><ymin>21</ymin><xmax>90</xmax><ymax>70</ymax></bndbox>
  </object>
</annotation>
`;
const labelme = (image: string) =>
  JSON.stringify(
    {
      version: "5.4.1",
      flags: {},
      shapes: [
        {
          label: "cup",
          points: [[10, 20], [50, 60]],
          shape_type: "rectangle",
          flags: {},
        },
        {
          ...{ label: "plate", shape_type: "polygon", flags: {} },
          points: [[52, 21], [90, 21], [90, 70], [52, 70]],
        },
      ],
      imagePath: image,
      imageData: null,
      imageHeight: 80,
      imageWidth: 100,
    },
    null,
    2,
  );

/** Every format with labels in text, and the two that are binary. */
export const LABEL_FILES: readonly LabelFiles[] = [
  jsonl(
    "boxes",
    both((image) => ({
      image,
      category: "cup",
      boxes: [[10, 20, 50, 60], [52, 21, 90, 70]],
    })),
  ),
  jsonl(
    "labels",
    both((image, i) => ({ image, label: ["cup", "plate"][i], aliases: ["dish"] })),
  ),
  jsonl(
    "regions",
    both((image) => ({
      image,
      instruction: "the cup left of the plate",
      box: [10, 20, 50, 60],
    })),
  ),
  jsonl(
    "numbers, texts, choices, points",
    lines([
      { id: "q0", image: "a.png", problem: "How many cups?", number: 4, tolerance: 1 },
      { id: "q1", image: "a.png", problem: "What does it say?", text: "Open until 8" },
      {
        id: "q2",
        image: "b.png",
        problem: "Which?",
        options: ["cup", "plate"],
        choice: "B",
      },
      {
        id: "q3",
        image: "b.png",
        instruction: "Point at the cup.",
        point: [10, 20, 50, 60],
      },
    ]),
  ),
  jsonl(
    "problems and solutions",
    both((image, i) => ({
      image,
      problem: ask("cup"),
      solution: i === 0 ? `<answer>${told}</answer>` : "<answer>No Objects</answer>",
    })),
  ),
  jsonl(
    "fenced solutions",
    both((image) => ({
      image,
      problem: ask("cup"),
      solution: `<think>Two.</think><answer>${fenced(pair)}</answer>`,
    })),
  ),
  jsonl(
    "conversations",
    both((image, i) => ({
      image,
      conversations: [
        { from: "system", value: "You see well." },
        { from: "human", value: `<image>\n${ask("cup")}` },
        { from: "gpt", value: fenced(i === 0 ? pair : []) },
      ],
    })),
  ),
  jsonl(
    "messages",
    both((image) => ({
      messages: [
        {
          role: "user",
          content: [{ type: "image", image }, { type: "text", text: "Colour?" }],
        },
        { role: "assistant", content: "dark red" },
      ],
    })),
  ),
  jsonl(
    "EasyR1",
    both((image) => ({
      images: [image],
      problem: `<image>${ask("cup")}`,
      answer: fenced(shown),
    })),
  ),
  jsonl(
    "ms-swift objects",
    both((image) => ({
      messages: [
        { role: "user", content: "<image>Find <ref-object>" },
        { role: "assistant", content: "<bbox>" },
      ],
      images: [image],
      objects: { ref: ["the cup"], bbox: [[10, 20, 50, 60]] },
    })),
  ),
  {
    name: "JSON list",
    data: "json:DIR/train.json",
    files: {
      "train.json": JSON.stringify(
        ["a.png", "b.png"].map((image, i) => ({
          id: `q${i}`,
          image,
          conversations: [
            { from: "human", value: `<image>\n${ask("cup")}` },
            { from: "gpt", value: JSON.stringify(pair) },
          ],
        })),
        null,
        1,
      ),
    },
    images: [""],
  },
  {
    name: "coco",
    data: "coco:DIR/annotations.json",
    files: { "annotations.json": JSON.stringify(coco) },
    images: [""],
  },
  {
    name: "lvis",
    data: "lvis:DIR/annotations.json",
    files: { "annotations.json": JSON.stringify(lvis) },
    images: ["x"],
  },
  {
    name: "yolo",
    data: "yolo:DIR",
    files: {
      "data.yaml":
        "path: .\ntrain: images\nval: images\nnc: 2\nnames:\n  0: cup\n  1: plate\n",
      "labels/a.txt": "0 0.3 0.5 0.4 0.5\n1 0.71 0.56875 0.38 0.6125\n",
      "labels/b.txt": "0 0.4 0.475 0.7 0.8\n",
    },
    images: ["images"],
  },
  {
    name: "voc",
    data: "voc:DIR",
    files: { "Annotations/a.xml": voc("a.png"), "Annotations/b.xml": voc("b.png") },
    images: ["JPEGImages"],
  },
  {
    name: "labelme",
    data: "labelme:DIR",
    files: { "a.json": labelme("a.png"), "b.json": labelme("b.png") },
    images: [""],
  },
  {
    name: "csv",
    data: "csv:DIR/labels.csv",
    files: {
      "labels.csv": "filename,width,height,class,xmin,ymin,xmax,ymax\n" +
        "a.png,100,80,cup,10,20,50,60\na.png,100,80,plate,52,21,90,70\n" +
        'b.png,100,80,"cup, large",5,6,75,70\n',
    },
    images: [""],
  },
  {
    name: "imagefolder",
    data: "imagefolder:DIR",
    files: { "metadata.csv": "file_name,label\na.png,cup\nb.png,plate\n" },
    images: [""],
  },
  {
    name: "lisa",
    data: "lisa:DIR/labels",
    files: {
      "labels/a.json": JSON.stringify({
        text: ["the cup", "what one drinks from"],
        is_sentence: false,
        shapes: [{
          label: "target",
          labels: ["target"],
          shape_type: "polygon",
          image_name: "a.jpg",
          points: [[10, 20], [50, 20], [50, 60], [10, 60]],
          group_id: null,
          flags: {},
        }],
      }),
    },
    images: ["labels"],
  },
  {
    name: "parquet",
    data: "parquet:DIR/train.parquet",
    files: {
      "train.parquet": Deno.readFileSync(
        fixturePath("data/parquet_variants/uncompressed.parquet"),
      ),
    },
    images: [],
  },
  {
    name: "arrow",
    data: "arrow:DIR",
    files: Object.fromEntries(
      [...Deno.readDirSync(fixturePath("data/virft_disk/train"))]
        .map((
          { name },
        ) => [name, Deno.readFileSync(fixturePath(`data/virft_disk/train/${name}`))]),
    ),
    images: [],
  },
];
