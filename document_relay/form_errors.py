"""What forms that are filled in together refuse.

Refusal
├── Invalid      FormValueInvalid
├── NotFound     NoSuchForm, ItemWithoutForm
├── Conflict     FormOver, FormIncomplete, FormNameDiffers, FormChanged, FieldMasked
├── TooLarge     FormFull, TooManyForms
└── TooMany      FormTooFast
"""

from __future__ import annotations

from foundation.errors import Conflict, Invalid, NotFound, TooLarge, TooMany


class NoSuchForm(NotFound):
    """There is no such form."""

    code = "no_such_form"
    zh = "找不到这份表单。"
    en = "There is no such form."


class ItemWithoutForm(NotFound):
    """The item of the case has no application form."""

    code = "item_without_form"
    zh = "该事项没有申请表单。"
    en = "This matter has no application form."


class FormOver(Conflict):
    """The form is finished or discarded."""

    code = "form_over"
    zh = "这份表单已填写完成或已作废，不能再改。"
    en = "This form is finished or was discarded and cannot be changed any more."


class FormValueInvalid(Invalid):
    """The form has no such field, or the field cannot hold such a value, not even while it is being written."""

    code = "form_value_invalid"
    zh = "“{field_zh}”不能这样填写。"
    en = "“{field_en}” cannot hold this."


class FormIncomplete(Conflict):
    """Fields are missing, or are not as the form's schema wants them."""

    code = "form_incomplete"
    zh = "以下各项未填或有误：{fields_zh}。"
    en = "These are missing or not right: {fields_en}."


class FormNameDiffers(Conflict):
    """Somebody acts for the applicant, and the form names another applicant than the mandate."""

    code = "form_name_differs"
    zh = "申请表中的申请人姓名与委托人“{name}”不一致，请先改正。"
    en = "The form names another applicant than the mandate, which is for {name}. Please correct it first."


class FormChanged(Conflict):
    """Somebody changed the form while it was being set."""

    code = "form_changed_meanwhile"
    zh = "表单刚刚有改动，请核对后再完成。"
    en = "The form was changed just now. Please look at it again, and finish it then."


class FieldMasked(Conflict):
    """What is hidden from somebody is not overwritten by them."""

    code = "form_field_masked"
    zh = "“{field_zh}”已隐藏，请先点“查看”再修改。"
    en = "“{field_en}” is hidden. Ask to see it before you change it."


class FormFull(TooLarge):
    """The form was changed as often as it may be."""

    code = "form_full"
    zh = "这份表单的修改次数已达上限（{most} 次），请完成或作废后重新填写。"
    en = "This form was changed as often as it may be ({most} times). Please finish it, or begin a new one."


class TooManyForms(TooLarge):
    """A form was begun as often as a case allows."""

    code = "too_many_forms"
    zh = "该案卷的申请表已达上限（{most} 份），不能再开新的申请表。"
    en = "This case has had as many forms as it may ({most}). No new one can be begun."


class FormTooFast(TooMany):
    """Somebody changes the form faster than people write."""

    code = "form_too_fast"
    zh = "填写太快，请稍等。"
    en = "These are too many changes at once. Please wait a moment."
