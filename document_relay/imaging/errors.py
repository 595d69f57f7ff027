"""What imaging refuses, each with its stable code."""

from __future__ import annotations

from foundation.errors import Invalid, Refusal, TooLarge, Unavailable, Unsupported


class PageNotAnImage(Unsupported):
    """The bytes are no JPEG, PNG, WebP, HEIC or TIFF."""

    code = "page_not_an_image"
    zh = "这不是可以识别的图片，请上传 JPEG、PNG、WebP、HEIC 或 TIFF 图片。"
    en = "This is not a picture we can read. Send JPEG, PNG, WebP, HEIC or TIFF."


class PageEmpty(Invalid):
    """There is not one byte."""

    code = "page_empty"
    zh = "文件是空的，请重新拍摄或选择。"
    en = "The file is empty. Take or choose it again."


class PageTooSmall(Invalid):
    """The header announces fewer than `limit` pixels on a side: nothing on it can be read."""

    code = "page_too_small"
    zh = "图片只有 {width}×{height} 像素，每边至少 {limit} 像素，请重新拍摄。"
    en = "The picture has {width} × {height} pixels; each side needs at least {limit}. Take it again."


class PageTooManyPixels(TooLarge):
    """The header announces more than `limit` megapixels; nothing was decoded."""

    code = "page_too_many_pixels"
    zh = "图片有 {megapixels} 兆像素，最多 {limit} 兆像素，请降低分辨率后重试。"
    en = "The picture has {megapixels} megapixels; the limit is {limit}. Send a smaller one."


class PageTooLarge(TooLarge):
    """More bytes than `limit` megabytes, or more memory needed than the sandbox grants."""

    code = "page_too_large"
    zh = "文件过大，无法处理（上限 {limit} MB）。"
    en = "The file is too large to be processed (limit {limit} MB)."


class PageDamaged(Invalid):
    """It begins as a picture and cannot be decoded to its end."""

    code = "page_damaged"
    zh = "图片已损坏或不完整，请重新拍摄。"
    en = "The picture is damaged or incomplete. Take it again."


class PageSeveralPictures(Unsupported):
    """An animation, or a file of several photographs: which of them is the page, nobody can tell."""

    code = "page_several_pictures"
    zh = "这个文件里有不止一张图片，请每页单独提交一张，或使用 PDF、TIFF。"
    en = "The file holds more than one picture. Send each page as a picture of its own, or as PDF or TIFF."


class PageTooManyPages(TooLarge):
    """A TIFF of more pages than `limit`."""

    code = "page_too_many_pages"
    zh = "这个文件的页数超过 {limit} 页，请分开上传。"
    en = "The file has more than {limit} pages. Send it in parts."


class PageUnprocessable(Unsupported):
    """Our own code failed on it, or the child process died of it twice; the log has the reason."""

    code = "page_unprocessable"
    zh = "无法处理这个文件，请重新拍摄，或换一种格式再上传。"
    en = "This file cannot be processed. Take it again, or send it in another format."


class PdfDamaged(Invalid):
    """It cannot be parsed as a PDF."""

    code = "pdf_damaged"
    zh = "PDF 文件已损坏或不是 PDF。"
    en = "The PDF is damaged, or no PDF at all."


class PdfEncrypted(Unsupported):
    """It needs a password, or is protected by one."""

    code = "pdf_encrypted"
    zh = "PDF 已加密，请解除密码保护后重新上传。"
    en = "The PDF is encrypted. Remove its password and send it again."


class PdfTooManyPages(TooLarge):
    """More pages than `limit`."""

    code = "pdf_too_many_pages"
    zh = "PDF 有 {pages} 页，最多 {limit} 页，请分开上传。"
    en = "The PDF has {pages} pages; the limit is {limit}. Send it in parts."


class PdfTooHeavy(TooLarge):
    """It unpacks to more, or is built more deeply, than is read."""

    code = "pdf_too_heavy"
    zh = "PDF 解压后过大或结构过于复杂，请打印后扫描，或另存为普通 PDF 再上传。"
    en = "The PDF unpacks to too much, or is too complex. Print and scan it, or save it as a plain PDF."


class PdfTextNotShown(Unsupported):
    """Text of its page `page` leaves no ink: nobody can sign what cannot be seen."""

    code = "pdf_text_not_shown"
    zh = "PDF 第 {page} 页有文字无法显示：文件中没有所用的字体。请嵌入字体后重新导出再上传。"
    en = "Some text of page {page} cannot be shown: its font is not in the PDF. Export it with its fonts embedded."


class PdfSigned(Unsupported):
    """It bears a digital signature, which would be lost with the first change."""

    code = "pdf_signed"
    zh = "PDF 已有数字签名，添加签署页会使原签名失效。请上传未签名的版本，或将其作为材料提交（原件原样保存）。"
    en = (
        "The PDF bears a digital signature, which a page to sign would break. Upload the version before it was signed, "
        "or deliver it as a paper: there the original is kept as it is."
    )


class FileTooCostly(TooLarge):
    """The process that read it used up its time, or was ended by what it read."""

    code = "file_too_costly"
    zh = "处理该文件超出允许的时间或内存，请打印后扫描，或换一张较小的图片重试。"
    en = "Reading this file takes more time or memory than is allowed. Print and scan it, or send a smaller one."


class ImagingTimeout(TooLarge):
    """Processing took more than the time granted; the process was ended. The same file would take as long again."""

    code = "imaging_timeout"
    zh = "图片处理超时，请换一张较小的图片重试。"
    en = "Processing took too long. Try again with a smaller file."


class ImagingBusy(Unavailable):
    """As many jobs wait as may wait."""

    code = "imaging_busy"
    zh = "图片处理繁忙，请稍后重试。"
    en = "Too many pages are being processed. Try again in a moment."


class ImagingInterrupted(Unavailable):
    """The process ended in the middle of the job; another takes its place."""

    code = "imaging_interrupted"
    zh = "图片处理中断，请重试。"
    en = "Processing was interrupted. Try again."


REFUSALS: tuple[type[Refusal], ...] = (
    PageNotAnImage,
    PageEmpty,
    PageTooSmall,
    PageTooManyPixels,
    PageTooLarge,
    PageDamaged,
    PageSeveralPictures,
    PageTooManyPages,
    PageUnprocessable,
    PdfDamaged,
    PdfEncrypted,
    PdfTooManyPages,
    PdfTooHeavy,
    PdfSigned,
    PdfTextNotShown,
    FileTooCostly,
    ImagingTimeout,
    ImagingBusy,
    ImagingInterrupted,
)
