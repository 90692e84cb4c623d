"""Two equal halves, rates, expenses and the ledger."""

from budget.models.budget import Budget, Category, LedgerEntry, Share
from budget.models.expense import Expense
from budget.models.rate import Rate

__all__ = ["Budget", "Category", "Expense", "LedgerEntry", "Rate", "Share"]
