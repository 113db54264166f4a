/**
 * What we use of pdfmake 0.3. The published types pull in the whole of the browser (`lib="dom"`), and with it other
 * types of `fetch` and of streams for all of the project.
 */
declare module 'pdfmake' {
  export interface Styles {
    readonly font?: string
    readonly fontSize?: number
    readonly bold?: boolean
    readonly color?: string
    readonly lineHeight?: number
    readonly alignment?: 'left' | 'right'
    readonly fillColor?: string
    /** Left, top, right, bottom, in points. */
    readonly margin?: readonly [number, number, number, number]
  }

  export interface Texts extends Styles {
    readonly text: string | readonly { readonly text: string; readonly font: string }[]
    readonly width?: number | '*'
    /** Of a cell: so many columns wide. */
    readonly colSpan?: number
  }

  export interface Stack extends Styles {
    readonly stack: readonly Texts[]
  }

  export interface Columns extends Styles {
    readonly columns: readonly Texts[]
  }

  export interface Table extends Styles {
    readonly table: {
      readonly headerRows?: number
      /** Rows that stay on the page of the header. */
      readonly keepWithHeaderRows?: number
      /** No row goes on over a page. */
      readonly dontBreakRows?: boolean
      readonly widths: readonly (number | '*')[]
      readonly body: readonly (readonly (Texts | Stack)[])[]
    }
    /** Of lines and of the room in cells, in points, by the number of the line or column. */
    readonly layout: {
      readonly defaultBorder?: boolean
      readonly hLineWidth?: (at: number) => number
      readonly vLineWidth?: (at: number) => number
      readonly hLineColor?: () => string
      readonly vLineColor?: () => string
      readonly paddingLeft?: (at: number) => number
      readonly paddingRight?: (at: number) => number
      readonly paddingTop?: () => number
      readonly paddingBottom?: () => number
    }
    readonly unbreakable?: boolean
  }

  export type Content = Texts | Stack | Columns | Table

  export interface DocumentDefinition {
    readonly pageSize: string
    readonly pageOrientation: 'portrait' | 'landscape'
    readonly pageMargins: readonly [number, number, number, number]
    readonly info: Readonly<Record<string, string | Date>>
    readonly displayTitle?: boolean
    readonly language?: string
    /** Files inside of the document; `relationship` as in PDF 2.0, 7.11.3 (AFRelationship). */
    readonly files?: Readonly<
      Record<
        string,
        {
          readonly src: string
          readonly name: string
          readonly description: string
          readonly relationship: 'Source' | 'Data'
        }
      >
    >
    readonly defaultStyle: Styles
    readonly content: readonly Content[]
    readonly footer?: (page: number, pages: number) => Content
  }

  interface PdfMake {
    setFonts(
      fonts: Readonly<Record<string, { readonly normal: string; readonly bold: string }>>
    ): void
    /** Whether an address may be read from; nothing is warned of then. */
    setUrlAccessPolicy(allows: (url: string) => boolean): void
    setLocalAccessPolicy(allows: (path: string) => boolean): void
    /** Lays the document out, and changes the definition as it goes. */
    createPdf(definition: DocumentDefinition): { getBuffer(): Promise<Buffer> }
  }

  const pdfmake: PdfMake
  // biome-ignore lint/style/noDefaultExport: that is how pdfmake exports it
  export default pdfmake
}
