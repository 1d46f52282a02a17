// The datasets that the experiments know, as data: what they are, where they lie, and which bytes they must be.

/** One IDX file. Its digest is of the decompressed bytes, as compressors differ. */
export interface DatasetFile {
  /** Without `.gz`, as its publisher names it. */
  readonly name: string
  /** Lower-case hexadecimal, of the decompressed bytes. */
  readonly sha256: string
  /** Size of the decompressed file. */
  readonly bytes: number
}

export interface DatasetFiles {
  readonly trainImages: DatasetFile
  readonly trainLabels: DatasetFile
  readonly testImages: DatasetFile
  readonly testLabels: DatasetFile
}

export interface DatasetDescription {
  /** What `--set dataset=` takes. */
  readonly name: string
  /** What a chart calls it. */
  readonly title: string
  /** Class names by class number. */
  readonly classes: ReadonlyArray<string>
  readonly files: DatasetFiles
  /** HTTPS folders that hold each file as `NAME.gz`; tried in this order. */
  readonly mirrors: ReadonlyArray<string>
  /** Debian's package and the folder that it installs the `.gz` files into; null when there is none. */
  readonly debian: { readonly package: string; readonly folder: string } | null
  /** The folder of this repository that holds the `.gz` files; null when it does not hold them. */
  readonly repositoryFolder: string | null
}

const FASHION = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
] as const

export const fashionMnist: DatasetDescription = {
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  classes: FASHION,
  files: {
    trainImages: {
      name: "train-images-idx3-ubyte",
      sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      bytes: 47040016,
    },
    trainLabels: {
      name: "train-labels-idx1-ubyte",
      sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      bytes: 60008,
    },
    testImages: {
      name: "t10k-images-idx3-ubyte",
      sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      bytes: 7840016,
    },
    testLabels: {
      name: "t10k-labels-idx1-ubyte",
      sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
      bytes: 10008,
    },
  },
  mirrors: [
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
  ],
  debian: { package: "dataset-fashion-mnist", folder: "/usr/share/datasets/fashion-mnist" },
  repositoryFolder: null,
}

/** The first 60 training and 20 test examples of every class; `experiments/sample/make.ts` makes it. */
export const fashionMnistSample: DatasetDescription = {
  name: "fashion-mnist-sample",
  title: "a small sample of Fashion-MNIST",
  classes: FASHION,
  files: {
    trainImages: {
      name: "train-images-idx3-ubyte",
      sha256: "75b18c8ae51f6e40e40a20f0d47c39a2f88855670c5e72bc82218160bc1599f2",
      bytes: 470416,
    },
    trainLabels: {
      name: "train-labels-idx1-ubyte",
      sha256: "a49839838ac41ebbd6f3a55fb96d720d9e0a5cfc84013b7a721c23dd0817528b",
      bytes: 608,
    },
    testImages: {
      name: "t10k-images-idx3-ubyte",
      sha256: "c5778dde4e96eeb34657888930a98f527ac6b0cb35e9e969ba53f01dfce868bd",
      bytes: 156816,
    },
    testLabels: {
      name: "t10k-labels-idx1-ubyte",
      sha256: "3bf96d4b7566f51d8726eb6088e70eb796c98349a6135181dddfcc5bc590cf72",
      bytes: 208,
    },
  },
  mirrors: [],
  debian: null,
  repositoryFolder: "experiments/sample",
}

export const mnist: DatasetDescription = {
  name: "mnist",
  title: "MNIST",
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  files: {
    trainImages: {
      name: "train-images-idx3-ubyte",
      sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      bytes: 47040016,
    },
    trainLabels: {
      name: "train-labels-idx1-ubyte",
      sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      bytes: 60008,
    },
    testImages: {
      name: "t10k-images-idx3-ubyte",
      sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      bytes: 7840016,
    },
    testLabels: {
      name: "t10k-labels-idx1-ubyte",
      sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      bytes: 10008,
    },
  },
  mirrors: [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
  ],
  debian: null,
  repositoryFolder: null,
}

/** By name, in the order in which help lists them. */
export const datasets: ReadonlyArray<DatasetDescription> = [fashionMnist, fashionMnistSample, mnist]
