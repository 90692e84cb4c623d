"""Pages about money: the two halves, an expense, its receipt."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from budget import ledger
from budget.forms import CheckForm, ExpenseForm, ReasonForm
from budget.models import Expense, Share
from budget.permissions import Perm
from budget.selectors import balance_of, balances, expenses_visible_to, similar_expenses
from budget.services import expenses as services
from matching.models import Partnership
from matching.permissions import partnership_for
from matching.selectors.standstill import is_suspended
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.content import RECEIPTS
from sdgpartners.documents.delivery import deliver
from sdgpartners.documents.services.files import store_upload
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # login_required
    return request.user


def _expense_for(user: User, reference: str) -> Expense:
    return one_or_404(expenses_visible_to(user), reference=reference)


def _own_share(user: User, partnership: Partnership) -> Share:
    """The half of the municipality that `user` works for; Http404 for others."""
    shares = Share.objects.filter(
        budget__partnership=partnership, municipality_id__in=standing_of(user).municipality_ids
    ).select_related("budget__partnership__partner_country__programme", "budget__partnership__north__country",
                     "budget__partnership__south__country", "municipality__country")  # fmt: skip
    return one_or_404(shares)


@login_required
@require_GET
def budget_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Both halves with what is left, and the expenses that one may see."""
    user = _person(request)
    partnership = partnership_for(user, reference)
    halves = balances([partnership]).get(partnership.pk, [])
    context = {
        "partnership": partnership,
        "halves": halves,
        "expenses": list(expenses_visible_to(user).filter(share__budget__partnership=partnership)),
        "may_claim": not is_suspended(partnership)
        and any(allowed(user, Perm.CLAIM, half.share) for half in halves),
    }
    return render(request, "budget/budget_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def expense_create(request: HttpRequest, reference: str) -> HttpResponse:
    """A new expense of one's own half."""
    user = _person(request)
    share = _own_share(user, partnership_for(user, reference))
    require(user, Perm.CLAIM, share)
    form = ExpenseForm(
        request.POST or None,
        request.FILES or None,
        share=share,
        initial={"currency": share.municipality.country.currency},
    )
    return _save(request, form, share, None)


@login_required
@require_http_methods(["GET", "POST"])
def expense_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """A draft or a returned expense."""
    user = _person(request)
    expense = _expense_for(user, reference)
    require(user, Perm.EDIT_EXPENSE, expense)
    share = _own_share(user, expense.share.budget.partnership)
    form = ExpenseForm(request.POST or None, request.FILES or None, share=share, expense=expense)
    return _save(request, form, share, expense)


def _save(request: HttpRequest, form: ExpenseForm, share: Share, expense: Expense | None) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved = _store(request, form, share, expense)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Your draft is saved. Read it once more and submit it."))
                return redirect("budget:expense-detail", saved.reference)
    context = {"form": form, "share": share, "expense": expense}
    return render(request, "budget/expense_form.html", context, status=status)


def _store(request: HttpRequest, form: ExpenseForm, share: Share, expense: Expense | None) -> Expense:
    user = _person(request)
    upload = form.cleaned_data["receipt"]
    receipt = store_upload(upload=upload, purpose="receipt", actor=user, allowed=RECEIPTS) if upload else None
    return services.save_expense(
        share=share, data=form.data_of(), receipt=receipt, actor=user, expense=expense
    )


def _detail(
    request: HttpRequest, expense: Expense, *, error: str = "", check: CheckForm | None = None,
    reason: ReasonForm | None = None,
) -> HttpResponse:  # fmt: skip
    user = request.user
    # A form that came back keeps what was typed, also when the partnership was suspended meanwhile.
    moves = bool(check or reason) or not is_suspended(expense.share.budget.partnership)
    context = {
        "expense": expense,
        "partnership": expense.share.budget.partnership,
        "balance": balance_of(expense.share),
        "similar": list(similar_expenses(expense)),
        "may_edit": moves and allowed(user, Perm.EDIT_EXPENSE, expense),
        "may_check": moves and allowed(user, Perm.CHECK_EXPENSE, expense),
        "may_approve": moves and allowed(user, Perm.APPROVE_EXPENSE, expense),
        "check_form": check or CheckForm(),
        "reason_form": reason or ReasonForm(auto_id="reason_%s"),
        "error": error,
    }
    failed = error or (check and check.errors) or (reason and reason.errors)
    return render(request, "budget/expense_detail.html", context, status=422 if failed else 200)


@login_required
@require_GET
def expense_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One expense with its steps, and what the reader may do next."""
    return _detail(request, _expense_for(_person(request), reference))


@login_required
@require_POST
def expense_submit(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a draft to the association."""
    user = _person(request)
    expense = _expense_for(user, reference)
    require(user, Perm.EDIT_EXPENSE, expense)
    try:
        services.submit_expense(expense=expense, actor=user)
    except DomainError as error:
        return _detail(request, expense, error=str(error))
    messages.success(request, _("The expense is submitted. The association checks it."))
    return redirect("budget:expense-detail", reference)


@login_required
@require_POST
def expense_check(request: HttpRequest, reference: str) -> HttpResponse:
    """The checker's decision."""
    user = _person(request)
    expense = _expense_for(user, reference)
    require(user, Perm.CHECK_EXPENSE, expense)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _detail(request, expense, check=form)
    data = form.cleaned_data
    try:
        services.check_expense(expense=expense, cut=data["cut"] or ledger.ZERO,
                               cut_reason=data["cut_reason"], cut_note=data["cut_note"], actor=user)  # fmt: skip
    except DomainError as error:
        return _detail(request, expense, check=form, error=str(error))
    messages.success(request, _("Checked. Somebody else approves it now."))
    return redirect("budget:expense-detail", reference)


@login_required
@require_POST
def expense_approve(request: HttpRequest, reference: str) -> HttpResponse:
    """The approver's decision."""
    user = _person(request)
    expense = _expense_for(user, reference)
    require(user, Perm.APPROVE_EXPENSE, expense)
    try:
        services.approve_expense(expense=expense, actor=user)
    except DomainError as error:
        return _detail(request, expense, error=str(error))
    messages.success(request, _("Approved."))
    return redirect("budget:expense-detail", reference)


@login_required
@require_POST
def expense_refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Return an expense with a question, or reject it; both with a reason."""
    user = _person(request)
    expense = _expense_for(user, reference)
    if not allowed(user, Perm.APPROVE_EXPENSE, expense):
        require(user, Perm.CHECK_EXPENSE, expense)
    form = ReasonForm(request.POST, auto_id="reason_%s")
    if not form.is_valid():
        return _detail(request, expense, reason=form)
    step = services.reject_expense if request.POST.get("step") == "reject" else services.return_expense
    try:
        step(expense=expense, reason=form.cleaned_data["reason"], actor=user)
    except DomainError as error:
        return _detail(request, expense, reason=form, error=str(error))
    messages.success(request, _("The municipality gets your reason by mail."))
    return redirect("budget:expense-detail", reference)


@login_required
@require_GET
def expense_receipt(request: HttpRequest, reference: str) -> FileResponse:
    """The receipt, through the door of its expense."""
    expense = _expense_for(_person(request), reference)
    if expense.receipt is None:
        raise Http404
    return deliver(expense.receipt)
