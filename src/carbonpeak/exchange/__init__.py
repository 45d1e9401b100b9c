"""What leaves as data and comes back: netCDF, primap2, the tables of the IAMC, DataFrames."""
