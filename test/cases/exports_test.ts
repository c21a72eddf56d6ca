import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { guessKind } from "../../data/formats/guess_kind.ts";
import { encodePng } from "../../data/pictures/image.ts";
import { openData } from "../../pipeline/open/open_data.ts";
import { inFolder } from "../support/in_folder.ts";

/** Files by their paths: texts, values as JSON, and images of 200 x 100 pixels. */
type Files = Readonly<Record<string, unknown>>;

const IMAGE = { width: 200, height: 100, data: new Uint8Array(60000).fill(90) };
const YOLO = "0 0.5 0.5 0.2 0.4\n";
const VOC = `<annotation><size><width>200</width><height>100</height></size>
  <object><name>cup</name><bndbox><xmin>81</xmin><ymin>31</ymin><xmax>120</xmax><ymax>70</ymax></bndbox></object>
</annotation>`;
const COCO = {
  info: {},
  categories: [{ id: 1, name: "cup" }],
  images: [{ id: 1, file_name: "1.png", width: 200, height: 100 }],
  annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [80, 30, 40, 40] }],
};
const CUP = {
  kind: "detection",
  category: "cup",
  boxes: [{ x1: 400, y1: 300, x2: 600, y2: 700 }],
};

async function withFiles(files: Files, test: (folder: string) => Promise<void>) {
  await inFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      if (name.endsWith(".png")) await Deno.writeFile(path, await encodePng(IMAGE));
      else {
        const text = typeof content === "string" ? content : JSON.stringify(content);
        await Deno.writeTextFile(path, text);
      }
    }
    await test(folder);
  });
}

const open = (path: string) =>
  openData(`${path},held-out=1`, { seed: 0, prompts: "paper" });

Deno.test("folders are read as labelImg, CVAT, Ultralytics and Kaggle have them", async (t) => {
  const folders: Readonly<Record<string, Files>> = {
    "labelImg's YOLO": { "1.png": 0, "1.txt": YOLO, "classes.txt": "cup\nplate\n" },
    "CVAT's YOLO": {
      ...{ "obj_train_data/1.png": 0, "obj_train_data/1.txt": YOLO },
      ...{ "obj.names": "cup\n", "obj.data": "classes = 1\n", "train.txt": "x\n" },
    },
    "settings named after the data": {
      ...{ "images/train/1.png": 0, "labels/train/1.txt": YOLO },
      "coco8.yaml": "path: ../datasets/coco8\ntrain: images/train\nnames:\n  0: cup\n",
    },
    "key points in pairs": {
      ...{ "images/1.png": 0, "labels/1.txt": "0 0.5 0.5 0.2 0.4 0.1 0.1 0.9 0.9" },
      "data.yaml": "train: images\nkpt_shape: [2, 2]\nnames: [cup]\n",
    },
    "key points in threes": {
      ...{ "images/1.png": 0, "labels/1.txt": "0 0.5 0.5 0.2 0.4 0.1 0.1 1 0.9 0.9 0" },
      "data.yaml": "train: images\nkpt_shape: [2, 3]\nnames: [cup]\n",
    },
    "VOC beside images": { "images/1.png": 0, "annotations/1.xml": VOC },
    "VOC in labels": { "images/1.png": 0, "labels/1.xml": VOC },
  };
  for (const [name, files] of Object.entries(folders)) {
    await t.step(name, () =>
      withFiles(files, async (folder) => {
        const { heldOut } = await open(folder);
        assert.equal(heldOut.size, 1);
        assert.deepEqual((await heldOut.question(0)).target, CUP);
      }));
  }
});

Deno.test("COCO's images are found where CVAT puts them", async () => {
  for (const place of ["images", "images/default"]) {
    const files = { "annotations/instances_default.json": COCO, [`${place}/1.png`]: 0 };
    await withFiles(files, async (folder) => {
      const file = join(folder, "annotations/instances_default.json");
      await assert.rejects(open(folder), {
        message:
          `data ${folder} is not read as a folder: name the file, as in coco:${file}`,
      });
      assert.deepEqual((await (await open(file)).heldOut.question(0)).target, CUP);
    });
  }
});

Deno.test("files of other tools are told apart, with what to export", async (t) => {
  const box = { x: 10, y: 10, width: 50, height: 50, rectanglelabels: ["cup"] };
  const result = [{ from_name: "label", type: "rectanglelabels", value: box }];
  const regions = [{ shape_attributes: { name: "rect" }, region_attributes: {} }];
  const coordinates = { x: 70, y: 35, width: 100, height: 50 };
  const files: Readonly<Record<string, readonly [string, RegExp, unknown]>> = {
    "Label Studio": ["a.json", /Label Studio/, [{ id: 1, annotations: [{ result }] }]],
    "Label Studio, short": ["a.json", /Label Studio/, [{ image: "1.png", label: [box] }]],
    "Label Studio's CSV": [
      "a.csv",
      /Label Studio/,
      "annotation_id,choice,image\n1,a,1.png",
    ],
    "VIA": ["a.json", /VGG Image/, { "1.png1": { filename: "1.png", regions } }],
    "VIA's CSV": ["a.csv", /VGG Image/, "filename,region_shape_attributes\n1.png,{}"],
    "CVAT": [
      "a.xml",
      /CVAT/,
      '<annotations><version>1.1</version><image id="0"/></annotations>',
    ],
    "CreateML": ["a.json", /CreateML/, [{
      image: "1.png",
      annotations: [{ coordinates }],
    }]],
  };
  for (const [name, [file, says, content]] of Object.entries(files)) {
    await t.step(
      name,
      () =>
        withFiles({ [file]: content, "1.png": 0 }, async (folder) => {
          for (const path of [folder, join(folder, file)]) {
            const fault = await open(path).then(
              () => new Error("read"),
              (error) => error,
            );
            assert.match(fault.message, says, path);
            assert.match(fault.message, /export it as COCO, YOLO or Pascal VOC/);
            assert.ok(fault.message.includes(join(folder, file)), fault.message);
          }
        }),
    );
  }
});

Deno.test("boxes in a form of CSV that is not read never become labels", async () => {
  const heads = [
    "filename,class,x,y,w,h",
    "filename,class,x,y,width,height",
    "filename,class,x_center,y_center,width,height",
    "filename,class,bbox_x,bbox_y,bbox_width,bbox_height",
    "filename,class,bbox,a,b,c",
    "filename,class,polygon,a,b,c",
    "filename,class,cx,cy,w,h",
  ];
  for (const head of heads) {
    const files = { "1.png": 0, "a.csv": `${head}\n1.png,cup,20,10,100,50\n` };
    await withFiles(files, async (folder) => {
      await assert.rejects(open(join(folder, "a.csv")), {
        name: "SyntaxError",
        message:
          /a\.csv: "[^]*are parts of boxes or shapes that are not read: write xmin/,
      }, head);
    });
  }
  const plain = {
    "1.png": 0,
    "a.csv": "filename,class,height,y2020,box office\n1.png,cup,1,1,1",
  };
  await withFiles(plain, async (folder) => {
    await assert.rejects(open(join(folder, "a.csv")), /"box office"/);
  });
});

Deno.test("one folder of images is no class, and neither are images with labels", async () => {
  const one = { "raw/1.png": 0, "raw/2.png": 0 };
  const labelled = {
    "a/1.png": 0,
    "a/1.txt": "a cup",
    "b/1.png": 0,
    "b/1.txt": "a plate",
  };
  for (const files of [one, labelled]) {
    await withFiles(
      files,
      (folder) =>
        assert.rejects(guessKind(folder), /cannot tell what kind of data this is/),
    );
  }
});

Deno.test("labels that belong to no image are an error, and so are points of another number", async () => {
  await withFiles(
    { "images/1.png": 0, "Annotations/a.xml": VOC },
    (folder) => assert.rejects(open(folder), /a\.xml: there is no image of this name/),
  );
  const files = {
    ...{ "images/1.png": 0, "labels/1.txt": "0 0.5 0.5 0.2 0.4 0.1 0.1" },
    "data.yaml": "train: images\nkpt_shape: [2, 2]\nnames: [cup]\n",
  };
  await withFiles(
    files,
    (folder) =>
      assert.rejects(open(folder), /1\.txt, line 1 has 6 numbers[^]*kpt_shape are 8/),
  );
});

Deno.test("lines and lists of other trainers are read, or told what to name", async () => {
  const swift = (ref: readonly string[]) => ({
    images: ["1.png"],
    messages: [
      {
        role: "user",
        content: `<image>找到图像中的${ref.map(() => "<ref-object>").join("和")}`,
      },
      { role: "assistant", content: "<bbox><bbox>" },
    ],
    objects: { ref, bbox: [[80, 30, 120, 70], [20, 10, 60, 40]] },
  });
  const files = {
    "1.png": 0,
    "one.jsonl": swift(["cup"]),
    "two.jsonl": swift(["cup", "plate"]),
    "yolo.jsonl": { image: "1.png", problem: "Where?", solution: "0 0.5 0.5 0.2 0.4" },
    "options.jsonl": {
      image: "1.png",
      question: "Which?",
      A: "cup",
      B: "jug",
      answer: "B",
    },
    "marked.jsonl": {
      image: "1.png",
      question: "How many?",
      answer: "Two and one. #### 3",
    },
    "data.yaml": "datasets:\n    - json_path: /data/refcoco_train.json\n",
  };
  await withFiles(files, async (folder) => {
    const { heldOut } = await open(join(folder, "one.jsonl"));
    assert.deepEqual((await heldOut.question(0)).target, {
      ...CUP,
      boxes: [...CUP.boxes, { x1: 100, y1: 100, x2: 300, y2: 400 }],
    });
    const faults = {
      "two.jsonl": /line 1: the solution has 2 boxes, and neither/,
      "yolo.jsonl": /line 1: the solution "0 0\.5 0\.5 0\.2 0\.4" is no plain label/,
      "options.jsonl": /line 1: it has A and no choice: write "options" and "choice"/,
      "marked.jsonl": /line 1: the solution "Two and one\. #### 3" is no plain label/,
      "data.yaml": /data\.yaml lists data sets, as VLM-R1 does: name one of their files/,
    };
    for (const [file, message] of Object.entries(faults)) {
      await assert.rejects(open(join(folder, file)), { name: "SyntaxError", message });
    }
  });
});
