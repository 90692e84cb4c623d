"""The 2030 Agenda and the themes that narrow it."""

from django.contrib import admin

from sdgpartners.core.admin import ThreeLanguagesMixin
from sdgpartners.programme.admin.base import ProgrammeAdmin
from sdgpartners.programme.models import Goal, Pillar, Subtheme, Target, Theme


@admin.register(Pillar)
class PillarAdmin(ProgrammeAdmin):
    list_display = ("code", "name", "order")


@admin.register(Goal)
class GoalAdmin(ProgrammeAdmin):
    list_display = ("number", "title", "pillar", "colour")
    list_filter = ("pillar",)
    list_select_related = ("pillar",)
    search_fields = ("number", "title_en", "title_fr", "title_nl")
    fixed = ("number",)


@admin.register(Target)
class TargetAdmin(ProgrammeAdmin):
    list_display = ("code", "goal", "text")
    list_filter = ("goal",)
    list_select_related = ("goal",)
    search_fields = ("code", "text_en", "text_fr", "text_nl")


class SubthemeInline(ThreeLanguagesMixin, admin.TabularInline):  # type: ignore[type-arg]
    model = Subtheme
    fields = ("order", "code", "title_en", "title_fr", "title_nl")
    extra = 0
    show_change_link = True


@admin.register(Theme)
class ThemeAdmin(ProgrammeAdmin):
    list_display = ("title", "programme", "kind", "shared", "pillar")
    list_filter = ("programme", "kind")
    list_select_related = ("programme", "pillar")
    search_fields = ("code", "title_en", "title_fr", "title_nl")
    filter_horizontal = ("goals", "targets")
    fixed = ("code", "programme")
    inlines = (SubthemeInline,)


@admin.register(Subtheme)
class SubthemeAdmin(ProgrammeAdmin):
    list_display = ("title", "theme", "order", "code")
    list_filter = ("theme",)
    list_select_related = ("theme",)
    search_fields = ("code", "title_en", "title_fr", "title_nl")
    filter_horizontal = ("goals", "targets")
    fixed = ("code", "theme")
