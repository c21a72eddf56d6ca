import { join } from "node:path";
import sharp from "sharp";

/** A labelled image: its boxes in whole pixels. */
export interface LabelledPhoto {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly {
    readonly name: string;
    readonly box: readonly [x1: number, y1: number, x2: number, y2: number];
  }[];
}

/** Ten images of cups and bowls, the last of them empty. */
export const TEN_PHOTOS: readonly LabelledPhoto[] = Array.from(
  { length: 10 },
  (_, i) => ({
    file: `${i}.jpg`,
    width: 100,
    height: i % 2 === 0 ? 80 : 50,
    boxes: i === 9 ? [] : [
      { name: "cup", box: [10 + i, 10, 40 + i, 30] },
      ...i % 3 === 0 ? [{ name: "bowl", box: [50, 20, 90, 40] } as const] : [],
    ],
  }),
);

/** The forms that labelling tools export. */
export const LABEL_FORMS = ["yolo", "voc", "labelme", "csv", "coco"] as const;

/** A form that labelling tools export. */
export type LabelForm = (typeof LABEL_FORMS)[number];

/**
 * Writes labelled images as a tool would export them.
 *
 * @returns The path to give to `data`.
 */
export async function writeLabelled(
  form: LabelForm,
  folder: string,
  photos: readonly LabelledPhoto[] = TEN_PHOTOS,
): Promise<string> {
  const names = [
    ...new Set(photos.flatMap(({ boxes }) => boxes.map(({ name }) => name))),
  ];
  const write = async (path: string, content: string | Uint8Array) => {
    const full = join(folder, path);
    await Deno.mkdir(join(full, ".."), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(full, content);
    else await Deno.writeFile(full, content);
  };
  const images = {
    yolo: "images/",
    voc: "JPEGImages/",
    labelme: "",
    csv: "",
    coco: "images/",
  };
  for (const [i, { file, width, height }] of photos.entries()) {
    await write(images[form] + file, await picture(width, height, i));
  }
  switch (form) {
    case "yolo": {
      await write("data.yaml", `train: images\nnames: ${JSON.stringify(names)}\n`);
      for (const { file, width, height, boxes } of photos) {
        const lines = boxes.map(({ name, box: [x1, y1, x2, y2] }) =>
          [
            names.indexOf(name),
            ...[(x1 + x2) / 2 / width, (y1 + y2) / 2 / height],
            ...[(x2 - x1) / width, (y2 - y1) / height],
          ].join(" ")
        );
        await write(`labels/${stem(file)}.txt`, lines.join("\n"));
      }
      return folder;
    }
    case "voc":
      for (const { file, width, height, boxes } of photos) {
        const objects = boxes.map(({ name, box: [x1, y1, x2, y2] }) =>
          `<object><name>${escaped(name)}</name><difficult>0</difficult><bndbox>` +
          `<xmin>${x1 + 1}</xmin><ymin>${
            y1 + 1
          }</ymin><xmax>${x2}</xmax><ymax>${y2}</ymax>` +
          "</bndbox></object>"
        );
        const size = `<size><width>${width}</width><height>${height}</height></size>`;
        await write(
          `Annotations/${stem(file)}.xml`,
          `<annotation><filename>${file}</filename>${size}${
            objects.join("")
          }</annotation>`,
        );
      }
      return folder;
    case "labelme":
      for (const { file, width, height, boxes } of photos) {
        const shapes = boxes.map(({ name, box: [x1, y1, x2, y2] }) => ({
          ...{ label: name, shape_type: "rectangle", points: [[x2, y1], [x1, y2]] },
        }));
        const json = { imagePath: file, imageWidth: width, imageHeight: height, shapes };
        await write(`${stem(file)}.json`, JSON.stringify(json));
      }
      return folder;
    case "csv": {
      const lines = photos.flatMap(({ file, width, height, boxes }) =>
        boxes.length === 0
          ? [`${file},${width},${height},,,,,`]
          : boxes.map(({ name, box }) =>
            `${file},${width},${height},"${name.replaceAll('"', '""')}",${box.join(",")}`
          )
      );
      const head = "filename,width,height,class,xmin,ymin,xmax,ymax";
      await write("labels.csv", [head, ...lines].join("\r\n"));
      return join(folder, "labels.csv");
    }
    case "coco": {
      const annotations = photos.flatMap(({ boxes }, i) =>
        boxes.map(({ name, box: [x1, y1, x2, y2] }) => ({
          ...{ image_id: i, category_id: names.indexOf(name) + 1 },
          bbox: [x1, y1, x2 - x1, y2 - y1],
        }))
      ).map((one, i) => ({ id: i + 1, ...one }));
      const json = {
        images: photos.map(({ file: file_name, width, height }, id) => ({
          ...{ id, file_name, width, height },
        })),
        categories: names.map((name, i) => ({ id: i + 1, name })),
        annotations,
      };
      await write("labels.json", JSON.stringify(json));
      return join(folder, "labels.json");
    }
  }
}

async function picture(
  width: number,
  height: number,
  shade: number,
): Promise<Uint8Array> {
  const blank = {
    create: {
      width,
      height,
      channels: 3,
      background: { r: 200 - 20 * (shade % 10), g: 150, b: 100 },
    },
  } as const;
  return new Uint8Array(await sharp(blank).jpeg().toBuffer());
}

function stem(file: string): string {
  return file.slice(0, file.lastIndexOf("."));
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
}
