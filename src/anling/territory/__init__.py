"""Regions, agencies, managing units and outlets: where people live, who pays them, who looks after them."""
