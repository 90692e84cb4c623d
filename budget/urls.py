"""Addresses of the budget room."""

from django.urls import path

from budget import views

app_name = "budget"
urlpatterns = [
    path("expenses/<str:reference>/", views.expense_detail, name="expense-detail"),
    path("expenses/<str:reference>/edit/", views.expense_edit, name="expense-edit"),
    path("expenses/<str:reference>/submit/", views.expense_submit, name="expense-submit"),
    path("expenses/<str:reference>/check/", views.expense_check, name="expense-check"),
    path("expenses/<str:reference>/approve/", views.expense_approve, name="expense-approve"),
    path("expenses/<str:reference>/refuse/", views.expense_refuse, name="expense-refuse"),
    path("expenses/<str:reference>/receipt/", views.expense_receipt, name="expense-receipt"),
    path("<str:reference>/", views.budget_detail, name="budget-detail"),
    path("<str:reference>/expenses/new/", views.expense_create, name="expense-create"),
]
